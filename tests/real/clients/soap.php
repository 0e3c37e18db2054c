<?php
// A SOAP client as PHP makes it from the WSDL. Arguments: WSDL, service, root certificate, user, password, PBX user,
// command (list | find | admin | idle), further words. Prints one line of JSON.
[, $wsdl, $service, $root, $user, $password, $as, $command] = $argv;
$words = array_slice($argv, 8);
ini_set('soap.wsdl_cache_enabled', '0');
ini_set('default_socket_timeout', '60');
$tls = ['ssl' => ['cafile' => $root, 'verify_peer' => true, 'verify_peer_name' => true]];
$pbx = new SoapClient($wsdl, [
    'location' => $service, 'login' => $user, 'password' => $password,
    'stream_context' => stream_context_create($tls), 'exceptions' => true,
]);
$v9 = strpos($wsdl, 'pbx900') !== false;
$init = $v9
    ? $pbx->Initialize($as, 'judge', true, true, true, true)
    : $pbx->Initialize($as, 'judge', true, true, true, true, true);
if ($init['key'] == 0) {
    print json_encode(['failed' => $init]) . "\n";
    exit(0);
}
$session = $init['return'];
$told = ['version' => $pbx->Version(), 'echo' => $pbx->Echo($session, $init['key']) == $init['key']];
$users = [];
do {
    $poll = $pbx->Poll($session);
    foreach ($poll->user as $info) {
        if ($info->cn != '') {
            $users[] = $info;
        }
    }
    $calls = count($poll->call);
} while ($poll->user[count($poll->user) - 1]->cn != '');
switch ($command) {
    case 'list':
        $told['users'] = $users;
        $told['calls'] = $calls;
        break;
    case 'find':
        $found = $v9
            ? $pbx->FindUser('true', 'true', 'true', $words[0], null, null, 1, false)
            : $pbx->FindUser('true', 'true', 'true', 'true', $words[0], null, null, 1, false, true);
        $me = $found[0];
        $devices = $pbx->Devices($session, $me->cn);
        $told += ['found' => count($found), 'me' => $me, 'devices' => $devices];
        $told['url'] = $v9
            ? $pbx->LocationUrl('true', 'true', 'true', $me->loc)
            : $pbx->LocationUrl('true', 'true', 'true', 'true', $me->loc, true);
        $handle = $pbx->UserInitialize($session, $me->cn, false, false, $devices[0]->hw);
        $told['handle'] = $handle;
        $pbx->UserEnd($handle);
        break;
    case 'admin':
        foreach ($words as $word) {
            $told['answers'][] = $pbx->Admin($word);
        }
        $told['changes'] = $pbx->Poll($session)->user;
        break;
    case 'idle':
        $told['idle'] = $pbx->Poll($session)->user;
        break;
}
$pbx->End();
try {
    $pbx->Poll($session);
    $told['ended'] = '';
} catch (SoapFault $fault) {
    $told['ended'] = $fault->getMessage();
}
print json_encode($told) . "\n";
