echo c > x/capable; chmod 755 x/capable; setcap cap_net_bind_service,cap_setfcap+ep x/capable
setfattr -n user.note -v hello x/plain
