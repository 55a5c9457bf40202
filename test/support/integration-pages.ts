// Pages that use the vendor's API as public integrations do: written here after their behaviour, none of their code is copied.

/** Where a page finds what it needs. */
export interface PageParts {
  /** Address of the script with the site's key. */
  script: string;
  /** Source of jQuery. */
  jquery: string;
}

/** A page, and what a person does on it. */
export interface IntegrationPage {
  name: string;
  html(parts: PageParts): string;
  /** Selector of its own way to sign out. */
  signOut: string;
  /** What the page asks its own server once it hears that the person is out. */
  tells: string;
}

const frame = (jquery: string, head: string, body: string): string =>
  `<!doctype html><html><head><title>integration</title><script>${jquery}</script>${head}</head><body>
   <ul id="connections"></ul><p id="state"></p><div id="place"></div><div id="other"></div>
   <a id="out" href="/wp-login.php?action=logout">Log out</a>
   <button id="disconnect" type="button">Disconnect Facebook</button>
   <button id="delete" type="button">Delete my account</button>
   ${body}</body></html>`;

// What all of them have in common: a list, a button for each, a button that deletes; each integration calls it by its own names.
const settings = (getInfo: string, identitiesOf: string): string => `
  function list() {
    gigya.${getInfo}({ include: 'identities-all,loginIDs,profile' }, { callback: function (response) {
      var names = ${identitiesOf};
      $('#connections').empty();
      $.each(names, function (index, name) { $('#connections').append($('<li>').text(name)); });
      $('#state').text(response.errorCode === 0 && (response.UID || response.user.UID.length) ? 'in' : 'out');
    } });
  }
  $('#disconnect').on('click', function () {
    gigya.socialize.removeConnection({ provider: 'facebook', callback: function (response) {
      if (response.status === 'OK') list();
    } });
  });
  $('#delete').on('click', function () {
    gigya.accounts.deleteAccount({ callback: function (response) { $('#state').text('deleted ' + response.errorCode); } });
  });`;

const fromAccount = settings(
  'accounts.getAccountInfo',
  '$.map(response.identities || [], function (one) { return one.provider; })',
);
const fromUser = settings(
  'socialize.getUserInfo',
  '$.map(response.user.identities, function (one, name) { return name; })',
);

// A handler that reads deeply into what it is given, as one of them does.
const onError = `function (event) { window.screens = (window.screens || []).concat(event.response.info.screen || 'unknown'); }`;

const tell = (action: string): string => `$.post('/made/${action}', { done: 1 })`;

/** TABLE of the pages. */
export const integrationPages: IntegrationPage[] = [
  {
    name: 'WordPress, with screens in place of its own',
    signOut: '#out',
    tells: '/made/wordpress-logout',
    html: ({ script, jquery }) =>
      frame(
        jquery,
        `<script>window.__gigyaConf = { ajaxurl: '/ajax', logoutUrl: '/out', enabledProviders: '*' };</script>
         <script src="${script}"></script>`,
        `<script>jQuery(function ($) {
          var params = { screenSet: 'Default-RegistrationLogin', mobileScreenSet: '', startScreen: 'gigya-login-screen', include: 'id_token', onError: ${onError} };
          gigya.accounts.showScreenSet($.extend({ containerID: 'place' }, params));
          gigya.accounts.showScreenSet($.extend({ containerID: 'other', onAfterSubmit: function () {} }, params));
          gigya.accounts.addEventHandlers({ onLogin: function () {}, onLogout: function () { ${tell('wordpress-logout')}; } });
          $(document).on('click', 'a[href]', function () {
            if (this.search.indexOf('?action=logout') === -1) return undefined;
            gigya.accounts.logout({ callback: function () {} });
            return false;
          });
          ${fromAccount} list();
        });</script>`,
      ),
  },
  {
    name: 'WordPress, with social login beside its own',
    signOut: '#out',
    tells: '/made/wordpress-social',
    html: ({ script, jquery }) =>
      frame(
        jquery,
        `<script src="${script}&lang=en&ver=5.2"></script>`,
        `<script>jQuery(document).ready(function () {
          gigya.socialize.showLoginUI({ containerID: 'place', context: { id: 'default' }, onError: function () { return false; } });
          gigya.socialize.showAddConnectionsUI({ containerID: 'other' });
          gigya.socialize.addEventHandlers({ onLogin: function () {}, onLogout: function () { ${tell('wordpress-social')}; } });
          $('#out').on('click', function (event) { event.preventDefault(); gigya.socialize.logout(); });
          ${fromUser} list();
        });</script>`,
      ),
  },
  {
    name: 'Drupal 7',
    signOut: '#out',
    tells: '/made/drupal-7',
    html: ({ script, jquery }) =>
      frame(
        jquery,
        `<script src="${script.replace('gigya.js', 'socialize.js')}">{ "APIKey": "kept", siteName: 'Drupal' }</script>`,
        `<script>(function ($) {
          var conf = {};
          gigya.services.socialize.getUserInfo(conf, { callback: function (response) {
            if (response.user !== null && (response.user.UID === 'nobody' || !response.user.isLoggedIn))
              gigya.services.socialize.notifyLogin({ siteUID: '1', UIDSig: 'x', UIDTimestamp: 1 });
          } });
          gigya.services.socialize.showAddConnectionsUI({ containerID: 'place' });
          $('#out').bind('click', function () {
            gigya.services.socialize.logout(conf, { callback: function (response) {
              if (response['status'] == 'OK') ${tell('drupal-7')};
            } });
            return false;
          });
          ${fromUser} list();
        })(jQuery);</script>`,
      ),
  },
  {
    name: 'Drupal 8',
    signOut: '#out',
    tells: '/made/drupal-8',
    html: ({ script, jquery }) =>
      frame(
        jquery,
        '',
        `<script>(function ($) {
          window.__gigyaConf = { sessionExpiration: 0, enabledProviders: 'facebook,linkedin' };
          window.onGigyaServiceReady = function () {
            if (gigya.utils.cookie.get('Drupal.visitor.gigya') === 'gigyaLogOut') {
              gigya.accounts.logout();
              gigya.utils.cookie.remove('Drupal.visitor.gigya');
            }
            gigya.accounts.addEventHandlers({ onLogin: function () {}, onLogout: function () { ${tell('drupal-8')}; } });
            $.each([{ containerID: 'place' }], function (index, value) {
              value.context = { id: value.containerID };
              gigya.services.socialize.showLoginUI(value);
            });
            gigya.accounts.getAccountInfo({ include: 'id_token' }, { callback: function (response) { window.validated = response.UIDSignature; } });
            gigya.accounts.showScreenSet({ screenSet: 'Default-ProfileUpdate', containerID: 'other' });
            list();
          };
          // Its server signs out, and leaves word for the next page.
          $('#out').on('click', function (event) {
            event.preventDefault();
            gigya.utils.cookie.set('Drupal.visitor.gigya', 'gigyaLogOut');
            location.reload();
          });
          ${fromAccount}
          var tag = document.createElement('script');
          tag.async = true;
          tag.src = '${script}&lang=en';
          document.getElementsByTagName('head')[0].appendChild(tag);
        })(jQuery);</script>`,
      ),
  },
  {
    name: 'Magento 2',
    signOut: '#out',
    tells: '/made/magento',
    html: ({ script, jquery }) =>
      frame(
        jquery,
        '',
        `<script>(function ($) {
          window.gigyaInit = [
            { 'function': 'accounts.showScreenSet', parameters: { screenSet: 'Default', containerID: 'place', include: 'id_token' } },
            { 'function': 'accounts.getAccountInfo', parameters: { callback: function (response) { window.authenticated = response.errorCode === 0; } } },
          ];
          window.onGigyaServiceReady = function () {
            $.each(window.gigyaInit, function (index, element) {
              var parts = element['function'].split('.');
              var call = gigya[parts[0]][parts[1]];
              if (typeof call === 'function') call(element.parameters);
            });
            window.gigyaInit = [];
            list();
          };
          var tag = document.createElement('script');
          tag.async = false;
          tag.src = '${script}&lang=en';
          tag.onload = function () {
            gigya.accounts.addEventHandlers({ onLogin: function () {}, onLogout: function () { ${tell('magento')}; } });
          };
          document.getElementsByTagName('head')[0].appendChild(tag);
          $('#out').on('click', function (event) { event.preventDefault(); gigya.accounts.logout({ callback: function () {} }); });
          ${fromAccount}
        })(jQuery);</script>`,
      ),
  },
  {
    name: 'Flutter for the web',
    signOut: '#out',
    tells: '/made/flutter',
    html: ({ script, jquery }) =>
      frame(
        jquery,
        `<script src="${script}"></script>`,
        `<script>(function ($) {
          function call(namespace, name, params) {
            return new Promise(function (resolve, reject) {
              gigya[namespace][name].call(gigya[namespace], $.extend({}, params, { callback: function (response) {
                if (response.errorCode === 0) resolve(response); else reject(response);
              } }));
            });
          }
          var quiet = function (response) { window.refused = (window.refused || []).concat(response.errorCode); };
          call('accounts', 'login', { loginID: 'ada', password: 'x' }).catch(quiet);
          call('accounts', 'initRegistration', { isLite: false }).catch(quiet);
          call('socialize', 'addConnection', { provider: 'google' }).catch(quiet);
          gigya.accounts.session.verify({ callback: function (response) { window.verified = response.errorCode; } });
          $('#out').on('click', function (event) {
            event.preventDefault();
            call('accounts', 'logout').then(function () { ${tell('flutter')}; });
          });
          ${fromAccount} list();
        })(jQuery);</script>`,
      ),
  },
  {
    name: 'the vendor’s demo',
    signOut: '#out',
    tells: '/made/demo',
    html: ({ script, jquery }) =>
      frame(
        jquery,
        `<script src="${script}">{ enabledProviders: 'facebook,linkedin', customLang: { } }</script>`,
        `<script>
          function onGigyaServiceReady() {
            window.key = gigya.thisScript.APIKey && gigya.isReady;
            gigya.hasSession().then(function (has) { window.had = has; });
            gigya.accounts.addEventHandlers({ onLogin: function () {}, onLogout: function () { ${tell('demo')}; } });
            gigya.accounts.hideScreenSet({ screenSet: 'Default-ProfileUpdate' });
            gigya.accounts.getJWT({ fields: 'profile.firstName', callback: function (response) { window.jwt = response.errorCode; } });
            list();
          }
          $('#out').on('click', function (event) { event.preventDefault(); gigya.accounts.logout(); });
          ${fromAccount}
        </script>`,
      ),
  },
];
