import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in Italian. */
export const words: PageWords = {
  'page.back': 'Torna a {site}',
  'page.details': 'Per chi gestisce questo sito',

  'page.some': 'Scollegare questi account?',
  'page.again':
    'Non è stato scollegato nulla, perché questa pagina era troppo vecchia o già usata. Conferma ancora una volta.',

  'page.going': 'Disconnessione da {provider}',
  'page.go': 'Continua su {provider}',
  'page.now': 'Adesso',
  'page.next': 'Poi',
  'page.visited': 'Visitato',
  'page.skipped': 'Non terminato',
  'page.out': 'Altrove sei disconnesso.',
  'page.asked': 'Abbiamo chiesto di disconnetterti altrove.',
  'page.maybe': 'Altrove potresti essere ancora connesso.',
  'page.close': 'Puoi chiudere questa finestra.',
  'page.none': 'Questa disconnessione non è più in corso.',
  'page.none.why':
    'Va conclusa entro 15 minuti. Se non hai la certezza di essere disconnesso, disconnettiti di nuovo.',
  'page.paused': 'Torna dove hai iniziato.',
  'page.paused.why':
    'La disconnessione non prosegue in questo browser. Apri di nuovo la pagina da cui hai iniziato, nello stesso browser.',

  'page.deletion': 'Eliminazione dei tuoi dati',
  'page.deletion.asked': 'L’hai chiesta a {provider}.',
  'page.deletion.answered': 'Risposta: {time}',
  'page.deletion.nothing': 'Non abbiamo nulla che provenga da {provider}.',
  'page.deletion.code': 'Codice di conferma',
  'page.unknown': 'Non conosciamo questo codice.',
  'page.unknown.why':
    'Controlla che sia completo. Conserviamo una richiesta solo per qualche tempo dopo la risposta.',

  'page.link': 'Questo link non funziona.',
  'page.link.why': 'La pagina che portava qui contiene un errore. Non è stato cambiato nulla.',
  'page.often': 'Ci sono stati troppi tentativi.',
  'page.often.why': 'Aspetta un minuto, poi riprova.',
  'page.fault.why': 'Riprova tra qualche minuto.',
};
