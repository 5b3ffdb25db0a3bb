# OUTPUT is TEMPLATE with TYPE in the place of each at sign.
file(READ "${TEMPLATE}" text)
string(REPLACE "@" "${TYPE}" text "${text}")
file(WRITE "${OUTPUT}" "${text}")
