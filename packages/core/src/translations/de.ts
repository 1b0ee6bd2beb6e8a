/**
 * The sentences in German, with the polite form of address.
 *
 * @module
 */
import type { Catalogue } from './catalogue.ts';

/** The sentences in German, with the polite form of address. */
export const de: Catalogue = Object.freeze({
  language: 'de',
  sentences: Object.freeze({
    token_missing: 'Es wurden keine Anmeldedaten übermittelt.',
    bad_authorization_header:
      'Die Anfrage muss genau einen korrekt aufgebauten Berechtigungsnachweis enthalten.',
    token_not_valid: 'Das Token ist ungültig.',
    token_wrong_type: 'Das Token ist nicht von der richtigen Art.',
    token_expired: 'Das Token ist abgelaufen.',
    token_revoked: 'Das Token wurde widerrufen.',
    refresh_token_reused: 'Das Aktualisierungstoken wurde bereits verwendet. Die Sitzung ist beendet.',
    session_expired: 'Die Sitzung ist abgelaufen. Bitte melden Sie sich erneut an.',
    no_active_account: 'Zu diesem Token gibt es kein aktives Konto.',
    password_changed: 'Das Passwort wurde geändert. Bitte melden Sie sich erneut an.',
    invalid_credentials: 'Zu diesen Anmeldedaten gibt es kein aktives Konto.',
    insufficient_scope: 'Das Token deckt die dafür nötigen Rechte nicht ab.',
    permission_denied: 'Sie sind dazu nicht berechtigt.',
    fresh_login_required: 'Bitte melden Sie sich erneut an, um fortzufahren.',
    csrf_failed: 'Es ist nicht erkennbar, dass die Anfrage von dieser Website stammt.',
    session_limit_reached: 'Die Höchstzahl an Sitzungen ist erreicht. Bitte beenden Sie zuerst eine davon.',
    not_found: 'Das Angeforderte wurde nicht gefunden.',
    invalid_request: 'Die Anfrage ist fehlerhaft oder unvollständig.',
    method_not_allowed: 'Diese Methode ist hier nicht zulässig.',
    payload_too_large: 'Der Inhalt der Anfrage ist zu groß.',
    unsupported_media_type:
      'Der Inhalt der Anfrage muss JSON oder ein Formular sein, in UTF-8 und unkomprimiert.',
    rate_limited: 'Zu viele Anfragen. Bitte versuchen Sie es später erneut.',
    invalid_client: 'Der Client konnte nicht authentifiziert werden.',
    store_unavailable: 'Der Sitzungsspeicher ist nicht erreichbar. Bitte versuchen Sie es erneut.',
    keys_unavailable: 'Die Prüfschlüssel sind nicht verfügbar. Bitte versuchen Sie es erneut.',
    backend_unavailable: 'Ein benötigter Dienst ist nicht erreichbar. Bitte versuchen Sie es erneut.',
    unsupported_grant_type: 'Diese Art der Autorisierung wird hier nicht unterstützt.',
    invalid_scope: 'Die angeforderten Rechte sind fehlerhaft angegeben oder gehen über die gewährten hinaus.',
    field_required: 'Dieses Feld ist erforderlich.',
    field_not_text: 'Dieses Feld muss einen Text enthalten und darf nicht leer sein.',
    field_not_flag: 'Der Wert dieses Feldes muss true oder false sein.',
    field_refused: 'Dieses Feld darf nicht gesendet werden, da sich das Token in einem Cookie befindet.',
  }),
});
