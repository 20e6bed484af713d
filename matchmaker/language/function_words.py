"""The little words of Danish and English, for telling the two apart and for leaving out of searches."""

from __future__ import annotations

from typing import Final


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


DANISH: Final = _set(
    """
    ad af aldrig alene alle allerede alligevel alt altid anden andet andre at bare begge blandt blev blevet
    blive bliver bl burde bør både ca da de dels dem den denne der deraf deres derfor derfra derimod
    dermed derpå derved dertil derudover desuden det dette dig din disse dog du dvs efter eftersom eks ej
    eller ellers en endnu end endda endvidere enhver enkelte ens er et eventuel eventuelt evt faktisk fik fire
    flere flest fleste for foran fordi forrige fra fx få får før først gennem gør gøre gjort god hele heller
    helt hende her herefter heri herigennem hermed herom herover herpå hertil herunder herved hhv hinanden
    hos hun hvad hvem hver hverken hvilke hvilken hvilket hvis hvor hvoraf hvordan hvorfor hvorledes hvormed
    hvornår hvorvidt i ifm ift iht igen igennem ikke imellem imens imidlertid imod ind inden indtil ingen
    intet ja jeg jer jf jo kan kl kom kommer kr kun kunne lidt lige ligesom ligeledes man mange med medens mens mellem
    men mere mest mht mig min mindre mindst mod mv må måske måtte ned nej netop nogen noget nogle nok nu når
    nær næste næsten og også om omkring op os osv over overfor pct per pga pr på rundt samme samt se selv selvom ses side
    siden sig sin sine sit skal skulle snart som stadig stor således så sådan sådanne såfremt såsom såvel tdl
    til tilbage todo trods ud uden udover under undervejs vedr ved vi via videre vil ville vores vor være
    været vha var har haft have indenfor udenfor to tre fem seks syv otte ni ti første anden tredje sidste
    sammen henblik meget yderligere yderlig øvrige øvrigt især heraf fortsat én ét ene ofte derigennem herudover
    sker ske sket måde måder hidtil samtlige selve dens dets hvert fremover blot altså ser egentlig egentlige
    henholdsvis enten endvidere mhp hvorved hvorefter derefter dernæst nærmere gerne relativt tilsammen tillige uanset
    såkaldte ovennævnte ovenstående nærværende pågældende herfra hen omgang udstrækning særdeles stadigt ifølge
    betyder betyde går gået ligger lagt lægger lægges sat sættes stilles stiller gøres udgør udgøre udgøres foregår
    foregå gælder gældende tilfælde måtte nævnte årig årige årigt års ere erne oa fl mm mio mia pkt nemlig umiddelbart
    endelig endelige ende hos ham han dem os jo da end naturligvis selvfølgelig desværre blandt dermed hvortil hvori
    hvorpå hvorfra hvoraf hvilken idet ligesom hver især hinandens andres ens
    """
)
"""Words that carry no subject in Danish; most stand in no English text."""

ENGLISH: Final = _set(
    """
    a about above across after again against all almost along already also although always am among amongst
    an and another any anyone anything are around as at away be became because become becomes been before
    being below beside besides between both but by can cannot could did do does doing done down due during
    each either else enough etc even ever every everyone everything few for from further furthermore had has
    have having he hence her here hers him his how however i if in indeed instead into is it its itself just
    least less like many may me might more moreover most much must my near neither never nevertheless no nor
    not nothing now of off often on once one only onto or other others otherwise our ours out over own per
    perhaps quite rather same several shall she should since so some someone something sometimes still such
    than that the their theirs them themselves then there thereby therefore these they this those though
    through throughout thus to together too toward towards under unless until up upon us use used uses using
    various very via was we well were what whatever when where whereas wherever whether which while who whole
    whom whose why will with within without would yet you your yours http https www
    """
)
"""Words that carry no subject in English."""

BEFORE_VERBS: Final = _set(
    """
    at blev blevet blive bliver bør burde der er han har have havde hun hvis ikke jeg kan kunne man må måtte også selv
    skal skulle som var vi vil ville være været
    """
)
"""Danish words that a verb follows oftener than a noun of the same spelling."""

BETWEEN: Final = _set("altid bare dog gerne ikke jo kun lettere nu ofte også selv sig stadig")
"""Danish words that may stand between a verb and what tells it."""

BEFORE_NOUNS: Final = _set(
    """
    af alle både deres din dine disse eller en enhver et fem fire flere for fra færre gennem hans hendes hos hver i
    ingen jeres mange med mellem min mine mod nogle nye om over per pr på sin sine sådanne til to tre uden under ved
    vores
    """
)
"""Danish words that a noun follows oftener than a verb of the same spelling."""

TELL_DANISH: Final = (
    DANISH
    - ENGLISH
    - _set(
        """
        ad alt at bare ca da de dem den dig dog du eks en et evt fire for god her hos i is ja kl kr man mange
        men mv op per pr se side sig sin sit so todo var via
        """
    )
)
"""Danish function words that English, German and French texts do not contain."""

TELL_ENGLISH: Final = (
    ENGLISH - DANISH - _set("am an have her is it no on or so hence http https www per until")
)
"""English function words that no Danish text contains."""

STOP_UNKNOWN: Final = (DANISH | ENGLISH) - _set("fire god man men side")
"""What is left out when the language of a text is not known: content words of either language stay."""

LOOKALIKES: Final = _set(
    """
    age april ar arm art august bad band bark barn base bed belt bind bit blade blank blind blink bon bond bone
    boom bor bore brand bred brief brink bud bug bus chef dag dam damp dank december drop dug elite fabrics fad
    fag far fare fart fast fat fed file film fin find fire firm flow form fort foster fuld fund gab gabe gang
    gap gift glad glide god gold grab grad graf grave grille grim gulp ham hand haste hat have heat held hem her
    hip hive hold hose hub hue hurt hus ile is jam jet kick killing kind king kit lack lad lade lag lam land
    last lax lever lid lift lime line list lock loft log lump lund lure lux mad made mail mane mange mark mast
    mat men mend merit mild mile mine mod mole mor most mug mule musk must net nod node note november nut oral
    order over overs own pal pant park part pause pile pine pink pole port pose post pot print pris pro prop
    puds pump rack rage rang rap rat regent rente rest rig rim ring ro rod rom rose rude rum runs rus sag sale
    salt sand sang save seal sender september side silk sin site skim skin slag slam slap slide slim slip slot
    slut smart smell smelt snaps sod sold some son sort spare spark spin spit spring stab stable stadium stand
    star start stave stem step stil stole stop strand stride strike style suit sump tag tale talent tall tam
    tang tank tap tape tart taste team test tide tie tile till time tin tip toe tog tone tool top torn trade
    trick trin trip trips true tub tug tv under vale van vane vat vest visitation vist wet wing yard
    """
)
"""Danish words that are English words of another meaning: glossed only where the text is known to be Danish."""
