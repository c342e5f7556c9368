/* The token that every form sends: a page that stood open for long takes a new one, or learns that somebody has to log in. */
(function () {
  "use strict";

  function token() {
    var name = document.querySelector("meta[name=csrf_field_name]").content;
    return document.querySelector('meta[name="' + name + '"]');
  }

  /** Take a new token from this very page; resolves to 200, 401 where the session has ended, 403 where the page is no longer for us, 0 where nobody answers. */
  function renew() {
    return fetch(location.pathname).then(function (answer) {
      if (answer.redirected) return 401;
      if (!answer.ok) return answer.status === 403 ? 403 : 0;
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.querySelector('meta[name="' + token().name + '"]');
        token().content = fresh.content;
        document.querySelectorAll('input[name="' + token().name + '"]').forEach(function (field) { field.value = fresh.content; });
        return 200;
      });
    }, function () { return 0; });
  }

  window.scdlSession = { token: token, renew: renew };
})();
