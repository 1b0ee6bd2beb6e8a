/**
 * The sentences in Portuguese, in the words of Brazil, which has most of its speakers.
 *
 * @module
 */
import type { Catalogue } from './catalogue.ts';

/** The sentences in Portuguese, in the words of Brazil, which has most of its speakers. */
export const pt: Catalogue = Object.freeze({
  language: 'pt',
  sentences: Object.freeze({
    token_missing: 'As credenciais de autenticação não foram fornecidas.',
    bad_authorization_header: 'A solicitação deve conter exatamente uma credencial bem formada.',
    token_not_valid: 'O token não é válido.',
    token_wrong_type: 'O token não é do tipo correto.',
    token_expired: 'O token expirou.',
    token_revoked: 'O token foi revogado.',
    refresh_token_reused: 'O token de renovação já foi utilizado. A sessão foi encerrada.',
    session_expired: 'A sessão expirou. Inicie a sessão novamente.',
    no_active_account: 'Não há nenhuma conta ativa para este token.',
    password_changed: 'A senha foi alterada. Inicie a sessão novamente.',
    invalid_credentials: 'Nenhuma conta ativa corresponde às credenciais informadas.',
    insufficient_scope: 'O token não tem o escopo necessário para esta operação.',
    permission_denied: 'Você não tem permissão para realizar esta operação.',
    fresh_login_required: 'Inicie a sessão novamente para continuar.',
    csrf_failed: 'Não foi possível verificar se a solicitação veio deste site.',
    session_limit_reached: 'O número máximo de sessões foi atingido. Encerre uma delas primeiro.',
    not_found: 'O recurso solicitado não foi encontrado.',
    invalid_request: 'A solicitação está malformada ou falta um campo.',
    method_not_allowed: 'Este método não é permitido aqui.',
    payload_too_large: 'O corpo da solicitação é grande demais.',
    unsupported_media_type:
      'O corpo da solicitação deve ser JSON ou um formulário, em UTF-8 e sem compactação.',
    rate_limited: 'Muitas solicitações. Tente novamente mais tarde.',
    invalid_client: 'Não foi possível autenticar o cliente.',
    store_unavailable: 'O armazenamento de sessões não está disponível. Tente novamente.',
    keys_unavailable: 'As chaves de verificação não estão disponíveis. Tente novamente.',
    backend_unavailable: 'Um serviço necessário não está disponível. Tente novamente.',
    unsupported_grant_type: 'Este tipo de concessão não é aceito aqui.',
    invalid_scope: 'O escopo está malformado ou é mais amplo do que o concedido.',
    field_required: 'Este campo é obrigatório.',
    field_not_text: 'Este campo deve conter texto e não pode ficar vazio.',
    field_not_flag: 'O valor deste campo deve ser true ou false.',
    field_refused: 'Este campo não deve ser enviado, pois o token está em um cookie.',
  }),
});
