/**
 * The sentences in French, with the polite form of address.
 *
 * @module
 */
import type { Catalogue } from './catalogue.ts';

/** The sentences in French, with the polite form of address. */
export const fr: Catalogue = Object.freeze({
  language: 'fr',
  sentences: Object.freeze({
    token_missing: 'Aucune information d’authentification n’a été fournie.',
    bad_authorization_header:
      'La requête doit contenir exactement un justificatif d’authentification bien formé.',
    token_not_valid: 'Le jeton n’est pas valide.',
    token_wrong_type: 'Le jeton n’est pas du bon type.',
    token_expired: 'Le jeton a expiré.',
    token_revoked: 'Le jeton a été révoqué.',
    refresh_token_reused: 'Le jeton de renouvellement a déjà été utilisé. La session est terminée.',
    session_expired: 'La session a expiré. Veuillez vous reconnecter.',
    no_active_account: 'Aucun compte actif ne correspond à ce jeton.',
    password_changed: 'Le mot de passe a été modifié. Veuillez vous reconnecter.',
    invalid_credentials: 'Aucun compte actif ne correspond aux identifiants fournis.',
    insufficient_scope: 'Le jeton ne comporte pas les droits nécessaires à cette opération.',
    permission_denied: 'Vous n’avez pas l’autorisation d’effectuer cette opération.',
    fresh_login_required: 'Veuillez vous reconnecter pour continuer.',
    csrf_failed: 'Impossible de vérifier que la requête provient de ce site.',
    session_limit_reached: 'Le nombre maximal de sessions est atteint. Veuillez d’abord en fermer une.',
    not_found: 'La ressource demandée est introuvable.',
    invalid_request: 'La requête est mal formée ou il y manque un champ.',
    method_not_allowed: 'Cette méthode n’est pas autorisée ici.',
    payload_too_large: 'Le corps de la requête est trop volumineux.',
    unsupported_media_type:
      'Le corps de la requête doit être du JSON ou un formulaire, en UTF-8 et non compressé.',
    rate_limited: 'Trop de requêtes. Veuillez réessayer plus tard.',
    invalid_client: 'Le client n’a pas pu être authentifié.',
    store_unavailable: 'Le stockage des sessions est indisponible. Veuillez réessayer.',
    keys_unavailable: 'Les clés de vérification sont indisponibles. Veuillez réessayer.',
    backend_unavailable: 'Un service nécessaire est indisponible. Veuillez réessayer.',
    unsupported_grant_type: 'Ce type d’autorisation n’est pas pris en charge ici.',
    invalid_scope: 'La portée demandée est mal formée ou plus large que celle accordée.',
    field_required: 'Ce champ est obligatoire.',
    field_not_text: 'Ce champ doit contenir du texte et ne peut pas être vide.',
    field_not_flag: 'La valeur de ce champ doit être true ou false.',
    field_refused: 'Ce champ ne doit pas être envoyé, car le jeton se trouve dans un cookie.',
  }),
});
