# `reviewed = no`: no Welsh speaker has signed this message yet, and whoever shows it says so.
fix-gnss = trwy loerennau
    .reviewed = no
fix-network = trwy fastiau neu Wi-Fi
    .reviewed = no
fix-hand = wedi'i osod â llaw
    .reviewed = no
fix-photo = o lun
    .reviewed = no
fix-station = gorsaf a fesurwyd
    .reviewed = no
fix-altitude = uchder { $metres } m
    .reviewed = no
fix-old = hen: fe'i cymerwyd { $minutes ->
    [zero] { $minutes } munud
    [one] { $minutes } funud
    [two] { $minutes } funud
    [few] { $minutes } munud
    [many] { $minutes } munud
   *[other] { $minutes } munud
 } cyn neu ar ôl y gweld
    .reviewed = no
fix-mock = dywed y ddyfais mai rhaglen a ddyfeisiodd y safle hwn
    .reviewed = no
