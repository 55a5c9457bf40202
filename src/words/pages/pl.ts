import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in Polish. */
export const words: PageWords = {
  'page.back': 'Wróć do {site}',
  'page.details': 'Dla osób prowadzących tę witrynę',

  'page.some': 'Odłączyć te konta?',
  'page.again':
    'Niczego nie odłączono, bo ta strona była zbyt stara albo już jej użyto. Potwierdź jeszcze raz.',

  'page.going': 'Wylogowanie z {provider}',
  'page.go': 'Przejdź do {provider}',
  'page.now': 'Teraz',
  'page.next': 'Potem',
  'page.visited': 'Odwiedzono',
  'page.skipped': 'Nie dokończono',
  'page.out': 'Sesje w innych miejscach są zakończone.',
  'page.asked': 'Poprosiliśmy o wylogowanie Cię w innych miejscach.',
  'page.maybe': 'Sesje w innych miejscach mogą jeszcze trwać.',
  'page.close': 'Możesz zamknąć to okno.',
  'page.none': 'To wylogowanie już nie trwa.',
  'page.none.why':
    'Trzeba je dokończyć w ciągu 15 minut. Jeśli nie masz pewności, czy sesja jest zakończona, wyloguj się jeszcze raz.',
  'page.paused': 'Wróć tam, gdzie zaczyna się wylogowanie.',
  'page.paused.why':
    'W tej przeglądarce wylogowanie nie może trwać dalej. Otwórz jeszcze raz stronę, na której się zaczęło, w tej samej przeglądarce.',

  'page.deletion': 'Usunięcie Twoich danych',
  'page.deletion.asked': 'Prośba o to wyszła od Ciebie w {provider}.',
  'page.deletion.answered': 'Odpowiedź: {time}',
  'page.deletion.nothing': 'Nie mamy niczego, co pochodzi z {provider}.',
  'page.deletion.code': 'Kod potwierdzenia',
  'page.unknown': 'Nie znamy tego kodu.',
  'page.unknown.why':
    'Sprawdź, czy jest pełny. Po odpowiedzi przechowujemy prośbę tylko przez pewien czas.',

  'page.link': 'Ten link nie działa.',
  'page.link.why': 'Na stronie, która tu prowadziła, jest błąd. Niczego nie zmieniono.',
  'page.often': 'Prób było zbyt wiele.',
  'page.often.why': 'Odczekaj minutę i spróbuj ponownie.',
  'page.fault.why': 'Spróbuj ponownie za kilka minut.',
};
