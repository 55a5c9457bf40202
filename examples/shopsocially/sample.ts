/**
 * The vendor's own sample, as its page has it: the call comes first, its two callbacks are global variables.
 * Only the lines under its three placeholder comments, which write into the page's `output`, are ours.
 *
 * @see shopsocially-unlink "Example"
 */
export const sample = `//Code snippet for sample implementation:
ss_mi.ssmi_unlink_user('ssuser@gmail.com') //calling API
var ssmi_user_unlink_success = function(response){
   if(response.is_unlinked == true){
          is_revoked = response.is_permissions_revoked;
        /*Handle code to alert user saying that he his unlink from current network
         and he may log into another network
        */
        document.querySelector('output').textContent = 'You are unlinked from your network and may log in with another one.';
    }
    else{
        /* Notify user that give email address does not exist in db so can not unlink
         */
        document.querySelector('output').textContent = 'This e-mail address is not known here, so nothing was unlinked.';
    }
}
var ssmi_user_unlink_failure = function(response){
 if(response.error == true){
  //print reason for error
   console.log(response.reason);
                 // take necessary actions
                 document.querySelector('output').textContent = 'That did not work, please try again: ' + response.reason;
 }
}
`;
