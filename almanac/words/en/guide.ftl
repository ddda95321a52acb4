# The two schemes: what to say on the telephone, where each is for, who runs it.
scheme-kraken = Quote Kraken when you ring 101 or Crimestoppers.
    .title = Boats and coast
    .where = the coast, harbours, marinas, rivers, canals, at sea
    .run-by = NCA, police and Border Force
    .source = nationalcrimeagency.gov.uk border vulnerabilities; background page on organised immigration crime
scheme-pegasus = Quote Pegasus when you ring 101 or Crimestoppers.
    .title = Aircraft and airfields
    .where = small airfields, strips, private aerodromes, heliports
    .run-by = NCA, police and Border Force, with Crimestoppers
    .source = kent.police.uk; scotland.police.uk; essex.gov.uk 2024; background page

# What to write down.
ask-who = people: number, looks, clothing, what they did and said
    .source = public pages of both schemes
ask-what = what happened, precisely; boat name, sail or hull number, hull colour, marks; aircraft registration, colour, marks; vehicle make, registration, colour, country
    .source = public pages of both schemes
ask-where = where it was, and where you stood
    .source = public pages of both schemes
ask-when = when it began and ended
    .source = public pages of both schemes
ask-why = why it seemed wrong to you
    .source = public pages of both schemes

# What to do and not to do.
rule-no_confront = Do not act yourself: do not approach or challenge anyone.
    .source = public pages of both schemes
rule-no_reveal = Do not let on that you are suspicious.
    .source = public pages of both schemes
rule-no_touch = Do not touch or move packages or things washed up.
    .source = public pages of both schemes
rule-small_matters = The smallest detail can matter; you need no proof.
    .source = public pages of both schemes

# The background page.
topic-oic = Organised immigration crime
    .point-1 = Moving someone across a border without permission or papers, with the help of an organised group; often called people smuggling. It also covers staying on illegally.
    .point-2 = Hidden ways in: rail or ferry, shipping containers, small boats.
    .point-3 = People brought in this way may be forced into modern slavery or into crime.
    .source = background page; after NCA National Strategic Assessment 2021

# Help, and where to read on.
help-victims = Help for victims, families and people who are worried
    .source = background page on organised immigration crime
link-say_no = Crimestoppers: Say No to People Smuggling, campaign page and partner pack
    .for = everyone; hauliers
    .source = title of the page itself
link-kraken_gov = GOV.UK: Report suspicious behaviour at sea: Project Kraken
    .for = everyone
    .source = title of the page itself
link-pegasus_gov = GOV.UK: Report suspicious behaviour at a small UK airfield and airports: Project Pegasus
    .for = everyone
    .source = title of the page itself
link-msoic = NPCC Modern Slavery and Organised Immigration Crime Unit
    .for = professionals
    .source = title of the page itself
link-knowledge_hub = Knowledge Hub: Policing Slavery and Human Trafficking Group
    .for = UK law enforcement only
    .source = title of the page itself
link-europol = Europol: facilitation of illegal immigration
    .for = background
    .source = title of the page itself
link-gar = General Aviation Report: filed by the pilot or operator, not by the witness
    .for = airfields
    .source = title of the page itself
