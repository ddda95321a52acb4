# How well it was seen. The light is worked out from where the sun stood; cloud, moon and lamps are not in it.
view-lasted = in view for { $time }
view-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
    }
view-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
    }
view-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
    }
view-seen-from = from { $metres } m away
view-light-day = daylight
view-light-civil-twilight-morning = light enough for shapes and colours (civil twilight, morning)
view-light-civil-twilight-evening = light enough for shapes and colours (civil twilight, evening)
view-light-nautical-twilight-morning = shapes against the sky, hardly a colour (nautical twilight, morning)
view-light-nautical-twilight-evening = shapes against the sky, hardly a colour (nautical twilight, evening)
view-light-astronomical-twilight-morning = dark (astronomical twilight, morning)
view-light-astronomical-twilight-evening = dark (astronomical twilight, evening)
view-light-night = night
view-sun-above = { $n ->
    [one] { $phase }; the sun { $n } degree above the horizon
   *[other] { $phase }; the sun { $n } degrees above the horizon
    }
view-sun-below = { $n ->
    [one] { $phase }; the sun { $n } degree below the horizon
   *[other] { $phase }; the sun { $n } degrees below the horizon
    }
view-into-the-sun = looking towards a low sun
view-in-the-way = in the way: { $text }
view-known-before = known before: { $text }
