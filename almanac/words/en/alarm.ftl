# The card shown where what was typed may be an emergency. No message repeats what was typed.
alarm-title = This may be an emergency. A call is faster than any report.
alarm-pass = This stops nothing: if it is not one, or you have rung already, go on.
alarm-water = it speaks of somebody in the water
alarm-sinking = it speaks of a vessel that sinks or has capsized
alarm-distress = it speaks of a call for help
alarm-weapon = it speaks of a weapon
alarm-explosive = it speaks of something explosive
alarm-fire = it speaks of a fire
alarm-hurt = it speaks of somebody hurt or dying
alarm-attacked = it speaks of somebody attacked or held
