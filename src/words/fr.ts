import type { Words } from './words.ts';

/** The words in French. */
export const words: Words = {
  label: 'Comptes associés',
  close: 'Fermer',
  loading: 'Chargement de vos comptes associés…',
  empty: 'Aucun compte n’est associé.',
  signedOut: 'Vous n’êtes pas connecté.',
  notLoaded: 'Nous n’avons pas pu charger vos comptes associés.',
  retry: 'Réessayer',
  current: 'Utilisé en ce moment',

  disconnect: 'Dissocier',
  'disconnect.all': 'Tout dissocier',
  busy: 'Dissociation en cours…',
  refused: '{provider} ne peut pas être dissocié pour le moment.',
  'refused.all': 'Ces comptes ne peuvent pas être dissociés pour le moment.',
  'refused.last':
    '{provider} est votre seul moyen de vous connecter. Ajoutez-en d’abord un autre :',
  'refused.last.all':
    'Ces comptes sont votre seul moyen de vous connecter. Ajoutez-en d’abord un autre :',
  'refused.recent': 'Reconnectez-vous pour dissocier {provider}.',
  'refused.recent.all': 'Reconnectez-vous pour dissocier tous les comptes.',
  'way.password': 'Mot de passe',
  'way.passkey': 'Clé d’accès',
  'way.code': 'Code de connexion',
  'way.another-identity': 'Un autre compte',
  'way.recent-login': 'Se reconnecter',

  confirm: 'Dissocier {provider} ?',
  'confirm.all': 'Dissocier tous les comptes ?',
  keep: 'Garder associé',
  waysLeft: 'Vous pourrez encore vous connecter avec :',
  noWayLeft: 'Ensuite, vous ne pourrez plus vous connecter à ce compte.',
  'will.identity.done': 'Vous ne pourrez plus vous connecter à ce compte avec {provider}.',
  'will.identity.done.all': 'Vous ne pourrez plus vous connecter à ce compte avec aucun d’eux.',
  'will.data.done':
    'Nous supprimons les données de profil venues de {provider}. Cette suppression est définitive.',
  'will.data.done.all':
    'Nous supprimons les données de profil qui en viennent. Cette suppression est définitive.',
  'will.login-id.done':
    'Nous retirons l’adresse e-mail ou le nom d’utilisateur qui l’accompagnait.',
  'will.grant.pending': 'Nous demandons à {provider} de retirer votre autorisation.',
  'will.grant.pending.all': 'Nous demandons à chacun d’eux de retirer votre autorisation.',
  'will.token.pending': 'Nous demandons à {provider} de mettre fin à notre accès.',
  'will.sessions.done':
    'Vous serez déconnecté des autres appareils où vous vous êtes connecté ainsi.',
  'will.provider-session.asked':
    'Nous demandons à {provider} de vous déconnecter dans ce navigateur.',
  'will.provider-session.asked.all':
    'Nous demandons à chacun d’eux de vous déconnecter dans ce navigateur.',
  'will.provider-session.window':
    'Nous ouvrons une petite fenêtre pour demander à {provider} de vous déconnecter dans ce navigateur.',
  'will.provider-session.window.all':
    'Nous ouvrons une petite fenêtre pour demander à chacun d’eux de vous déconnecter dans ce navigateur.',
  'will.provider-session.kept':
    'Nous ne mettons pas fin à votre session chez {provider}. Vous pouvez vous y déconnecter vous-même.',

  'removed.one': '{provider} est dissocié.',
  'removed.all': 'Tous les comptes sont dissociés.',
  'kept.one': '{provider} reste votre moyen de vous connecter.',
  'kept.all': 'Vos comptes restent votre moyen de vous connecter.',
  'still.one': '{provider} est toujours associé.',
  'still.all': 'Rien n’a été dissocié.',
  'unknown.one': 'Nous ne savons pas encore si {provider} est dissocié.',
  'unknown.all': 'Nous ne savons pas encore si vos comptes sont dissociés.',
  'elsewhere.one': '{provider} a été dissocié ailleurs.',
  'elsewhere.all': 'Tous les comptes ont été dissociés ailleurs.',
  'reason.offline': 'Vous semblez être hors ligne.',
  'reason.networkError': 'Nous n’avons pas pu joindre le service.',
  'reason.requestTimeout': 'Le service n’a pas répondu à temps.',
  'reason.other': 'Un problème est survenu de notre côté.',

  'left.none': 'Il ne reste rien à faire.',
  'left.you.one': 'Il vous reste {count} étape.',
  'left.you.other': 'Il vous reste {count} étapes.',
  'left.us.one': 'Nous travaillons encore à {count} étape.',
  'left.us.other': 'Nous travaillons encore à {count} étapes.',
  'left.open': 'Nous n’avons pas pu tout confirmer.',
  'group.you': 'Vous seul pouvez le faire',
  'group.us': 'Continue tout seul',
  'group.open': 'Non confirmé',
  'group.over': 'Terminé',
  'did.session.done': 'Vous êtes déconnecté ici.',
  'did.session.kept': 'Vous restez connecté ici.',
  'did.session.other': 'Vous êtes peut-être encore connecté ici.',
  'did.sessions.done': 'Vous êtes déconnecté de vos autres appareils.',
  'did.sessions.other': 'Vous êtes peut-être encore connecté sur d’autres appareils.',
  'did.identity.done': 'Vous ne pouvez plus vous connecter à ce compte avec {provider}.',
  'did.identity.done.all': 'Vous ne pouvez plus vous connecter à ce compte avec aucun d’eux.',
  'did.identity.kept':
    'Vous pouvez toujours vous connecter à ce compte avec {provider}, car c’est votre seul moyen d’accès.',
  'did.identity.other': '{provider} est peut-être encore associé.',
  'did.data.done': 'Les données de profil venues de {provider} sont supprimées.',
  'did.data.done.all': 'Les données de profil qui en venaient sont supprimées.',
  'did.data.other': 'Nous conservons peut-être encore des données de profil venues de {provider}.',
  'did.login-id.done': 'L’adresse e-mail ou le nom d’utilisateur qui l’accompagnait est retiré.',
  'did.login-id.kept':
    'Votre compte garde l’adresse e-mail ou le nom d’utilisateur qui l’accompagnait.',
  'did.grant.done': '{provider} a retiré votre autorisation.',
  'did.grant.pending': '{provider} n’a pas encore retiré votre autorisation.',
  'did.grant.needs-user': 'Vous seul pouvez retirer l’autorisation donnée à {provider}.',
  'did.grant.unsupported':
    '{provider} affiche toujours votre autorisation : nous n’avons aucun moyen de la retirer.',
  'did.grant.other': '{provider} affiche peut-être encore votre autorisation.',
  'did.token.done':
    '{provider} a mis fin à notre accès. Votre autorisation y est peut-être encore affichée.',
  'did.token.pending': '{provider} n’a pas encore mis fin à notre accès.',
  'did.token.other': 'Nous avons peut-être encore un accès chez {provider}.',
  'did.provider-session.done': 'Vous êtes déconnecté de {provider} dans ce navigateur.',
  'did.provider-session.kept': 'Vous restez connecté chez {provider}.',
  'did.provider-session.asked':
    'Nous avons demandé à {provider} de vous déconnecter, sans savoir si cela a été fait.',
  'did.provider-session.blocked':
    'Vous êtes peut-être encore connecté chez {provider} : votre navigateur a bloqué la déconnexion.',
  'did.provider-session.other':
    'Vous êtes peut-être encore connecté chez {provider} dans ce navigateur.',
  retrySoon: 'Nous réessayons {time}. Vous n’avez rien à faire.',
  'go.grant': 'Ouvrir vos réglages {provider}',
  'go.provider-session': 'Se déconnecter de {provider}',
  newTab: '(s’ouvre dans un nouvel onglet)',
  reference: 'Référence',
  copy: 'Copier le reçu',
  copied: 'Copié',
};
