import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in German. */
export const words: PageWords = {
  'page.back': 'Zurück zu {site}',
  'page.details': 'Für die Betreiber dieser Website',

  'page.some': 'Diese Konten trennen?',
  'page.again':
    'Es wurde nichts getrennt, weil diese Seite zu alt war oder schon einmal benutzt wurde. Bestätigen Sie noch einmal.',

  'page.going': 'Abmeldung bei {provider}',
  'page.go': 'Weiter zu {provider}',
  'page.now': 'Jetzt',
  'page.next': 'Danach',
  'page.visited': 'Besucht',
  'page.skipped': 'Nicht abgeschlossen',
  'page.out': 'Sie sind anderswo abgemeldet.',
  'page.asked': 'Wir haben darum gebeten, Sie anderswo abzumelden.',
  'page.maybe': 'Möglicherweise sind Sie anderswo noch angemeldet.',
  'page.close': 'Sie können dieses Fenster schließen.',
  'page.none': 'Diese Abmeldung läuft nicht mehr.',
  'page.none.why':
    'Sie muss innerhalb von 15 Minuten abgeschlossen sein. Wenn Sie nicht sicher sind, ob Sie abgemeldet sind, melden Sie sich noch einmal ab.',
  'page.paused': 'Gehen Sie dorthin zurück, wo Sie begonnen haben.',
  'page.paused.why':
    'In diesem Browser geht Ihre Abmeldung nicht weiter. Öffnen Sie die Seite, auf der Sie begonnen haben, noch einmal in demselben Browser.',

  'page.deletion': 'Löschung Ihrer Daten',
  'page.deletion.asked': 'Sie haben bei {provider} darum gebeten.',
  'page.deletion.answered': 'Beantwortet: {time}',
  'page.deletion.nothing': 'Wir haben nichts, was von {provider} stammt.',
  'page.deletion.code': 'Bestätigungscode',
  'page.unknown': 'Wir kennen diesen Code nicht.',
  'page.unknown.why':
    'Prüfen Sie, ob er vollständig ist. Wir bewahren eine Anfrage nach der Antwort nur eine Zeit lang auf.',

  'page.link': 'Dieser Link funktioniert nicht.',
  'page.link.why':
    'Die Seite, die hierher führte, hat einen Fehler gemacht. Es wurde nichts geändert.',
  'page.often': 'Das wurde zu oft versucht.',
  'page.often.why': 'Warten Sie eine Minute und versuchen Sie es dann noch einmal.',
  'page.fault.why': 'Versuchen Sie es in ein paar Minuten noch einmal.',
};
