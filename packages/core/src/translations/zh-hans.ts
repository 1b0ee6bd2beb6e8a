/**
 * The sentences in Chinese, in simplified characters.
 *
 * @module
 */
import type { Catalogue } from './catalogue.ts';

/** The sentences in Chinese, in simplified characters. */
export const zhHans: Catalogue = Object.freeze({
  language: 'zh-Hans',
  sentences: Object.freeze({
    token_missing: '未提供身份验证信息。',
    bad_authorization_header: '请求必须且只能包含一个格式正确的凭据。',
    token_not_valid: '令牌无效。',
    token_wrong_type: '令牌类型不正确。',
    token_expired: '令牌已过期。',
    token_revoked: '令牌已被撤销。',
    refresh_token_reused: '刷新令牌已被使用过，会话已结束。',
    session_expired: '会话已到期，请重新登录。',
    no_active_account: '没有与此令牌对应的有效账户。',
    password_changed: '密码已更改，请重新登录。',
    invalid_credentials: '没有与所提供凭据匹配的有效账户。',
    insufficient_scope: '令牌不具备此操作所需的权限范围。',
    permission_denied: '您没有执行此操作的权限。',
    fresh_login_required: '请重新登录后再继续。',
    csrf_failed: '无法确认该请求来自本网站。',
    session_limit_reached: '会话数量已达上限，请先结束其中一个。',
    not_found: '未找到所请求的内容。',
    invalid_request: '请求格式有误或缺少字段。',
    method_not_allowed: '此处不允许使用该方法。',
    payload_too_large: '请求正文过大。',
    unsupported_media_type: '请求正文必须是 JSON 或表单，采用 UTF-8 编码且未经压缩。',
    rate_limited: '请求过于频繁，请稍后再试。',
    invalid_client: '无法验证客户端的身份。',
    store_unavailable: '会话存储暂不可用，请重试。',
    keys_unavailable: '验证密钥暂不可用，请重试。',
    backend_unavailable: '所依赖的服务暂不可用，请重试。',
    unsupported_grant_type: '此处不支持该授权类型。',
    invalid_scope: '权限范围格式有误，或超出了已授予的范围。',
    field_required: '此字段为必填项。',
    field_not_text: '此字段必须为文本，且不能为空。',
    field_not_flag: '此字段的值必须为 true 或 false。',
    field_refused: '不得发送此字段，令牌已在 Cookie 中。',
  }),
});
