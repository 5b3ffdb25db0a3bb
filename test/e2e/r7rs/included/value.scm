'first
'last
