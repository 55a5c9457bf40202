import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in Dutch. */
export const words: PageWords = {
  'page.back': 'Terug naar {site}',
  'page.details': 'Voor de beheerders van deze site',

  'page.some': 'Deze accounts ontkoppelen?',
  'page.again':
    'Er is niets ontkoppeld, omdat deze pagina te oud was of al eerder is gebruikt. Bevestig nog een keer.',

  'page.going': 'Uitloggen bij {provider}',
  'page.go': 'Verder naar {provider}',
  'page.now': 'Nu',
  'page.next': 'Daarna',
  'page.visited': 'Bezocht',
  'page.skipped': 'Niet afgerond',
  'page.out': 'Je bent elders uitgelogd.',
  'page.asked': 'We hebben gevraagd je elders uit te loggen.',
  'page.maybe': 'Mogelijk ben je elders nog ingelogd.',
  'page.close': 'Je kunt dit venster sluiten.',
  'page.none': 'Dit uitloggen is niet meer bezig.',
  'page.none.why':
    'Het moet binnen 15 minuten zijn afgerond. Weet je niet zeker of je bent uitgelogd, log dan nog een keer uit.',
  'page.paused': 'Ga terug naar waar je begon.',
  'page.paused.why':
    'Het uitloggen gaat in deze browser niet verder. Open de pagina waar je begon nog een keer, in dezelfde browser.',

  'page.deletion': 'Verwijdering van je gegevens',
  'page.deletion.asked': 'Je hebt hierom gevraagd bij {provider}.',
  'page.deletion.answered': 'Beantwoord: {time}',
  'page.deletion.nothing': 'We hebben niets dat van {provider} kwam.',
  'page.deletion.code': 'Bevestigingscode',
  'page.unknown': 'We kennen deze code niet.',
  'page.unknown.why':
    'Controleer of hij volledig is. We bewaren een verzoek na ons antwoord maar een bepaalde tijd.',

  'page.link': 'Deze link werkt niet.',
  'page.link.why': 'De pagina die hierheen leidde, maakte een fout. Er is niets veranderd.',
  'page.often': 'Dit is te vaak geprobeerd.',
  'page.often.why': 'Wacht een minuut en probeer het dan opnieuw.',
  'page.fault.why': 'Probeer het over een paar minuten opnieuw.',
};
