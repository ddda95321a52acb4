# What is said about the guidance: how old it is, who has reviewed it, where it comes from.
guidance-dated = source dated { $date }
guidance-undated = source undated
guidance-not-noted = date of the source not noted
guidance-gathered = gathered { $date }
guidance-less-than-a-month-ago = less than a month ago
guidance-months-ago = { $months ->
    [one] { $months } month ago
   *[other] { $months } months ago
    }
guidance-day = { $day } { $month } { $year }
guidance-month-1 = January
guidance-month-2 = February
guidance-month-3 = March
guidance-month-4 = April
guidance-month-5 = May
guidance-month-6 = June
guidance-month-7 = July
guidance-month-8 = August
guidance-month-9 = September
guidance-month-10 = October
guidance-month-11 = November
guidance-month-12 = December
guidance-old = This was gathered more than a year ago: a number may have changed. If one does not answer, ring 101; if life is in danger, 999.
guidance-confirm = Numbers were read from stored copies of public pages. Those who answer them have not confirmed them yet.
guidance-not-reviewed = Nobody who speaks this language has reviewed these words yet.
guidance-built-in = This guidance came with the program.
guidance-pack = This guidance came in pack number { $number }, signed on { $date }.
guidance-taken = Pack number { $number }, signed on { $date }, is in use from now on.
guidance-dropped = What came with the program is in use again.
guidance-where = For { $place }.
guidance-run-by = Run by { $who }.
guidance-code-word = Code word: { $word }
guidance-for = for { $who }
guidance-nothing-fits = Something else: say it in your own words.

# Headings.
guidance-lines = Whom to ring
guidance-rules = What to do, and what not
guidance-asks = What to write down
guidance-signs = Signs to spot
guidance-signs-kraken = Signs to spot: boats and coast
guidance-signs-pegasus = Signs to spot: aircraft and airfields
guidance-signs-oic = Signs to spot: organised immigration crime
guidance-links = Read on
guidance-silhouettes-vessel = Outlines of boats and ships
guidance-silhouettes-aircraft = Outlines of aircraft
guidance-silhouettes-vehicle = Outlines of vehicles
