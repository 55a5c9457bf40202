<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>User profile</title>
<main>
<h1>User profile</h1>
<p role="status">{$message}</p>
<p>User {$$user_id} is linked to {$links}. <a href="/sign-in">Link everything again</a></p>

<h2>Example 1</h2>
<fm:Form name="input" action="/action/v2/unlinkaccount" id="unlinkForm" method="POST" > <input type="hidden" name="vhost" value="{$selectedVHost}" /> <input type="hidden" name="uid" value="{$$user_id}" /> <input type="hidden" name="redirectUrl" value="/userprofile" /> <input type="hidden" name="external_id_provider_name" value="facebook" /> <input type="hidden" name="sub_provider_name" value="none" /> <input type="submit" value="Unlink Facebook Connect for the user" /> </fm:Form>

<h2>Example 2</h2>
<a href="/action/v2/unlinkaccount?vhost={$selectedVHost}&uid={$$loggedinuser.id}&sub_provider_name=none&redirectUrl=/userprofile" target="_new"> Click to Unlink </a>

<h2>Example 3</h2>
<fm:Form name="input" action="/action/v2/unlinkaccount" id="unlinkForm" method="POST" > <input type="hidden" name="vhost" value="{$selectedVHost}" /> <input type="hidden" name="uid" value="{$$user_id}" /> <input type="hidden" name="redirectUrl" value="/userprofile" /> <input type="hidden" name="external_id_provider_name" value="janrain" /> <input type="hidden" name="sub_provider_name" value="all" /> <input type="submit" value="Unlink ALL user's Janrain Connect references" /> </fm:Form>

<h2>Example 4</h2>
<fm:Form name="input" action="/action/v2/unlinkaccount" id="unlinkForm" method="POST" > <input type="hidden" name="vhost" value="{$selectedVHost}" /> <input type="hidden" name="uid" value="{$$user_id}" /> <input type="hidden" name="redirectUrl" value="/userprofile" /> <input type="hidden" name="external_id_provider_name" value="janrain" /> <input type="hidden" name="sub_provider_name" value="gigya" /> <input type="submit" value="Unlink user's Janrain's Gigya Connect reference" /> </fm:Form>
</main>
</html>
