/**
 * The sentences in Japanese, in the polite style.
 *
 * @module
 */
import type { Catalogue } from './catalogue.ts';

/** The sentences in Japanese, in the polite style. */
export const ja: Catalogue = Object.freeze({
  language: 'ja',
  sentences: Object.freeze({
    token_missing: '認証情報が提供されていません。',
    bad_authorization_header: 'リクエストには、正しい形式の認証情報を 1 つだけ含めてください。',
    token_not_valid: 'トークンが無効です。',
    token_wrong_type: 'トークンの種類が正しくありません。',
    token_expired: 'トークンの有効期限が切れています。',
    token_revoked: 'トークンは取り消されています。',
    refresh_token_reused: 'リフレッシュトークンはすでに使用されているため、セッションを終了しました。',
    session_expired: 'セッションの有効期限が切れました。もう一度ログインしてください。',
    no_active_account: 'このトークンに対応する有効なアカウントがありません。',
    password_changed: 'パスワードが変更されました。もう一度ログインしてください。',
    invalid_credentials: '入力された認証情報に一致する有効なアカウントがありません。',
    insufficient_scope: 'この操作に必要なスコープがトークンに含まれていません。',
    permission_denied: 'この操作を行う権限がありません。',
    fresh_login_required: '続行するには、もう一度ログインしてください。',
    csrf_failed: 'リクエストがこのサイトから送信されたことを確認できませんでした。',
    session_limit_reached: 'セッション数が上限に達しています。先にいずれかのセッションを終了してください。',
    not_found: '要求された項目が見つかりません。',
    invalid_request: 'リクエストの形式が正しくないか、必要な項目がありません。',
    method_not_allowed: 'このメソッドは許可されていません。',
    payload_too_large: 'リクエストの本文が大きすぎます。',
    unsupported_media_type: 'リクエストの本文は、圧縮していない UTF-8 の JSON またはフォームにしてください。',
    rate_limited: 'リクエストが多すぎます。しばらくしてからもう一度お試しください。',
    invalid_client: 'クライアントを認証できませんでした。',
    store_unavailable: 'セッションストアを利用できません。もう一度お試しください。',
    keys_unavailable: '検証用の鍵を利用できません。もう一度お試しください。',
    backend_unavailable: '必要なサービスを利用できません。もう一度お試しください。',
    unsupported_grant_type: 'このグラントタイプには対応していません。',
    invalid_scope: 'スコープの形式が正しくないか、許可された範囲を超えています。',
    field_required: 'この項目は必須です。',
    field_not_text: 'この項目には空でない文字列を指定してください。',
    field_not_flag: 'この項目には true または false を指定してください。',
    field_refused: 'トークンは Cookie で送信されるため、この項目は送信できません。',
  }),
});
