# Cloi awtomatig: beth sy'n ei gloi ei hun, a phryd.
lock-after = { $n ->
    [one] Mae ap sy'n dangos y ffolder hwn yn ei gloi ei hun ar ôl { $n } funud heb ei ddefnyddio. Gellir gorffen nodyn sydd ar waith a'i anfon o hyd.
    [two] Mae ap sy'n dangos y ffolder hwn yn ei gloi ei hun ar ôl { $n } funud heb ei ddefnyddio. Gellir gorffen nodyn sydd ar waith a'i anfon o hyd.
   *[other] Mae ap sy'n dangos y ffolder hwn yn ei gloi ei hun ar ôl { $n } munud heb ei ddefnyddio. Gellir gorffen nodyn sydd ar waith a'i anfon o hyd.
}
    .reviewed = no
lock-sitting = Ar linell orchymyn mae pob gorchymyn yn eisteddiad ynddo'i hun: nid oes dim yn aros ar agor rhwng dau.
    .reviewed = no
