# The sixteen points of the compass, as somebody says them on a telephone.
compass-n = north
compass-nne = north-north-east
compass-ne = north-east
compass-ene = east-north-east
compass-e = east
compass-ese = east-south-east
compass-se = south-east
compass-sse = south-south-east
compass-s = south
compass-ssw = south-south-west
compass-sw = south-west
compass-wsw = west-south-west
compass-w = west
compass-wnw = west-north-west
compass-nw = north-west
compass-nnw = north-north-west
