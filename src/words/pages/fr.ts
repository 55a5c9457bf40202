import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in French. */
export const words: PageWords = {
  'page.back': 'Retour à {site}',
  'page.details': 'Pour les responsables de ce site',

  'page.some': 'Dissocier ces comptes ?',
  'page.again':
    'Rien n’a été dissocié, car cette page était trop ancienne ou avait déjà servi. Confirmez encore une fois.',

  'page.going': 'Déconnexion de {provider}',
  'page.go': 'Continuer vers {provider}',
  'page.now': 'Maintenant',
  'page.next': 'Ensuite',
  'page.visited': 'Visité',
  'page.skipped': 'Non terminé',
  'page.out': 'Vous êtes déconnecté ailleurs.',
  'page.asked': 'Nous avons demandé que vous soyez déconnecté ailleurs.',
  'page.maybe': 'Vous êtes peut-être encore connecté ailleurs.',
  'page.close': 'Vous pouvez fermer cette fenêtre.',
  'page.none': 'Cette déconnexion n’est plus en cours.',
  'page.none.why':
    'Elle doit être terminée en 15 minutes. Si vous n’êtes pas sûr d’être déconnecté, déconnectez-vous à nouveau.',
  'page.paused': 'Retournez là où vous avez commencé.',
  'page.paused.why':
    'Votre déconnexion ne continue pas dans ce navigateur. Ouvrez à nouveau la page où vous avez commencé, dans le même navigateur.',

  'page.deletion': 'Suppression de vos données',
  'page.deletion.asked': 'Vous l’avez demandée chez {provider}.',
  'page.deletion.answered': 'Réponse : {time}',
  'page.deletion.nothing': 'Nous n’avons rien qui vienne de {provider}.',
  'page.deletion.code': 'Code de confirmation',
  'page.unknown': 'Nous ne connaissons pas ce code.',
  'page.unknown.why':
    'Vérifiez qu’il est complet. Nous ne gardons une demande qu’un certain temps après y avoir répondu.',

  'page.link': 'Ce lien ne fonctionne pas.',
  'page.link.why': 'La page qui menait ici contient une erreur. Rien n’a été modifié.',
  'page.often': 'Il y a eu trop de tentatives.',
  'page.often.why': 'Attendez une minute, puis réessayez.',
  'page.fault.why': 'Réessayez dans quelques minutes.',
};
