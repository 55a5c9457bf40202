/** Names of the vendor's public API that share an answer. */
export interface NameGroup {
  /**
   * `works`: does what the vendor's does, as far as it leads out. `answered`: answers once, with the failure notSupported
   * and a sentence that says what to use. `ignored`: succeeds and changes nothing, since nothing is lost by it.
   */
  kind: 'works' | 'answered' | 'ignored';
  /** Namespace, colon, names; groups of names with a semicolon between. A namespace of none is `gigya` itself. */
  names: string;
  /** What to use instead, or what it does. */
  text: string;
  /** Leads to the site's own sign-in, where the page has said where that is (`onSignIn`). */
  leadsIn?: true;
}

/**
 * TABLE of the names that public pages call on `window.gigya`: the later part of the script answers by it, and the
 * documentation is made from it. The start has no list of them, which would be a tenth of its size: there every name is
 * a function, and one that is not here is answered like one that nothing can be done about.
 *
 * @see gigya-protocol sections 1.5, 2 and 4; faults.md 2.15; the vendor's pages "Web SDK API Reference"
 */
export const nameGroups: readonly NameGroup[] = [
  {
    kind: 'works',
    names:
      'socialize:logout removeConnection disconnect getUserInfo showEditConnectionsUI addEventHandlers;accounts:logout getAccountInfo addEventHandlers;:hasSession onReady',
    text: '',
  },
  {
    kind: 'works',
    names: 'accounts.session:verify;accounts:verifyLogin',
    text: 'says whether somebody is signed in',
  },
  {
    kind: 'works',
    names: 'socialize:deleteAccount;accounts:deleteAccount',
    text: 'where the site sets allowAccountDeletion',
  },
  { kind: 'works', names: 'accounts:removeConnection', text: '' },
  {
    kind: 'works',
    names: 'accounts:setAccountInfo',
    text: 'profile only, without email',
  },
  {
    kind: 'works',
    names: 'accounts:getJWT',
    text: 'where the site has idTokens; exp at most an hour',
  },
  {
    kind: 'works',
    names: 'socialize:exchangeIdToken',
    text: 'ours: trades the vendor’s id_token for a session here, where a source of the site has tradesSessions',
  },
  {
    kind: 'works',
    names: 'socialize:hideUI;accounts:hideScreenSet',
    text: 'takes away what showEditConnectionsUI has drawn',
  },
  {
    kind: 'works',
    names: 'accounts:setSSOToken;:setSSOToken',
    text: 'goes to redirectURL',
  },
  {
    kind: 'answered',
    leadsIn: true,
    names: 'socialize:login showLoginUI;accounts:login showScreenSet socialLogin',
    text: 'sign in at your site; onSignIn in window.__gigyaConf says where',
  },
  {
    kind: 'answered',
    names:
      'socialize:connect addConnection showConnectUI showAddConnectionsUI requestPermissions linkAccounts;accounts:addConnection linkAccounts getConflictingAccount',
    text: 'connect by your own sign-in, and tell outro: notifyLogin from your server',
  },
  {
    kind: 'answered',
    names: 'socialize:notifyLogin notifyRegistration setUID setUserInfo;accounts:notifyLogin',
    text: 'call it from your server, signed',
  },
  {
    kind: 'answered',
    names:
      'accounts:register initRegistration finalizeRegistration resetPassword resendVerificationCode isAvailableLoginID getSchema getScreenSets setProfilePhoto publishProfilePhoto importProfilePhoto requestLiteRegistration;accounts.tfa:initTFA finalizeTFA getProviders showTFAUI;accounts.otp:sendCode login update;accounts.auth:login register getMethods;accounts.auth.fido:login register;accounts.b2b:openDelegatedAdminLogin',
    text: 'registration, passwords, codes and photos are your site’s own',
  },
  {
    kind: 'answered',
    names:
      'socialize:showShareUI showShareBarUI showSimpleShareUI showReactionsBarUI showBookmarkUI showFollowBarUI publishUserAction postBookmark setStatus sendNotification checkin shortenURL',
    text: 'share by navigator.share, or a link of the network’s',
  },
  {
    kind: 'answered',
    names:
      'socialize:showFeedUI showFriendSelectorUI getFriendsInfo getContacts getFeed getAlbums getPhotos getPlaces getRawData getSessionInfo getTopShares getReactionsCount incrementReactionsCount facebookGraphOperation',
    text: 'ask the network itself, with a token of your own',
  },
  {
    kind: 'answered',
    names:
      'comments:showCommentsUI showRatingUI showStreamUI getComments getStreamInfo getTopStreams getTopRatedStreams getUserComments postComment updateComment deleteComment flagComment vote subscribe unsubscribe addEventHandlers;chat:showChatUI;gm:showAchievementsUI showChallengeStatusUI showLeaderboardUI showNotifications showUserStatusUI notifyAction getChallengeStatus getTopUsers redeemPoints',
    text: 'take a service for comments, chat or games',
  },
  {
    kind: 'answered',
    names: 'ds:get store search delete',
    text: 'keep it at your own server',
  },
  {
    kind: 'ignored',
    names:
      'socialize:refreshUI trackReferrals;accounts:incrementCounters getCounters;gscounters:sendReport;events:addMap;sso:continue;fidm.oidc.op:redirectToContinue;socialize.plugins:reload;:setGroupContext showDebugUI',
    text: 'counts, groups and logs of the vendor’s',
  },
  {
    kind: 'ignored',
    names: 'socialize:UserAction',
    text: 'can be made and filled, for names that share',
  },
];

/** Each name with its namespace, and its group. */
export const listNames = (): [path: string, group: NameGroup][] =>
  nameGroups.flatMap((group) =>
    group.names.split(';').flatMap((part) => {
      const [place = '', list = ''] = part.split(':');
      return list
        .split(' ')
        .map((name): [string, NameGroup] => [place ? `${place}.${name}` : name, group]);
    }),
  );
