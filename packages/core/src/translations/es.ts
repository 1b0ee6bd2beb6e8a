/**
 * The sentences in Spanish, with the polite form of address.
 *
 * @module
 */
import type { Catalogue } from './catalogue.ts';

/** The sentences in Spanish, with the polite form of address. */
export const es: Catalogue = Object.freeze({
  language: 'es',
  sentences: Object.freeze({
    token_missing: 'No se han proporcionado credenciales de autenticación.',
    bad_authorization_header: 'La solicitud debe incluir exactamente una credencial con el formato correcto.',
    token_not_valid: 'El token no es válido.',
    token_wrong_type: 'El tipo de token no es el correcto.',
    token_expired: 'El token ha caducado.',
    token_revoked: 'El token ha sido revocado.',
    refresh_token_reused: 'El token de renovación ya se ha utilizado. La sesión ha finalizado.',
    session_expired: 'La sesión ha caducado. Inicie sesión de nuevo.',
    no_active_account: 'No hay ninguna cuenta activa para este token.',
    password_changed: 'La contraseña ha cambiado. Inicie sesión de nuevo.',
    invalid_credentials: 'Ninguna cuenta activa coincide con las credenciales indicadas.',
    insufficient_scope: 'El token no tiene el alcance necesario para esta operación.',
    permission_denied: 'No tiene permiso para realizar esta operación.',
    fresh_login_required: 'Inicie sesión de nuevo para continuar.',
    csrf_failed: 'No se ha podido comprobar que la solicitud proceda de este sitio.',
    session_limit_reached: 'Se ha alcanzado el número máximo de sesiones. Cierre antes una de ellas.',
    not_found: 'No se ha encontrado el recurso solicitado.',
    invalid_request: 'La solicitud tiene un formato incorrecto o le falta algún campo.',
    method_not_allowed: 'Este método no está permitido aquí.',
    payload_too_large: 'El contenido de la solicitud es demasiado grande.',
    unsupported_media_type:
      'El contenido de la solicitud debe ser JSON o un formulario, en UTF-8 y sin comprimir.',
    rate_limited: 'Demasiadas solicitudes. Inténtelo de nuevo más tarde.',
    invalid_client: 'No se ha podido autenticar al cliente.',
    store_unavailable: 'El almacén de sesiones no está disponible. Inténtelo de nuevo.',
    keys_unavailable: 'Las claves de verificación no están disponibles. Inténtelo de nuevo.',
    backend_unavailable: 'Un servicio necesario no está disponible. Inténtelo de nuevo.',
    unsupported_grant_type: 'Este tipo de concesión no se admite aquí.',
    invalid_scope: 'El alcance tiene un formato incorrecto o es más amplio que el concedido.',
    field_required: 'Este campo es obligatorio.',
    field_not_text: 'Este campo debe contener texto y no puede estar vacío.',
    field_not_flag: 'El valor de este campo debe ser true o false.',
    field_refused: 'Este campo no debe enviarse, ya que el token está en una cookie.',
  }),
});
