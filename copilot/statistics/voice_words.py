"""Owns the words of the feedback analysis: aspects, opinion words, negations, cue patterns and stop words.

Small on purpose and in six languages (English, German, French, Spanish, Portuguese, Italian): opinion words are
mixed with the rating, so the list needs to be right rather than long. A trailing * matches any ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ASPECTS: Final[Mapping[str, str]] = {
    "delivery": (
        "deliver* shipping shipped shipment courier arriv* dispatch* parcel postage transit tracking liefer* "
        "versand* zustell* livraison livré* expédition envío envio entrega* entreg* chegou prazo consegna "
        "spedizione "
    ),
    "packaging": ("packag* packed packing wrapp* box boxes unbox* verpack* emballage* embalaje embalagem imballaggio "),
    "size and fit": (
        "size* sizing fit fits fitted fitting tight loose snug petite waist length sleeve* größe passt passform "
        "sitzt taille talla* tamanho* taglia "
    ),
    "quality": (
        "quality material* fabric* craftsmanship stitch* seam* finish workmanship cheaply qualität* stoff "
        "verarbeitung qualité tissu calidad tela qualidade tecido qualità "
    ),
    "price and value": (
        "price* pricey pricing expensive overpriced cheap affordab* cost costs bargain value worth money preis* "
        "teuer günstig prix cher chère precio caro cara barato preço prezzo "
    ),
    "smell and taste": (
        "smell* scent* odor odour fragran* aroma* taste* tasty tasting flavor* flavour* geruch riecht duft* "
        "geschmack* schmeckt goût odeur parfum sabor olor cheiro profumo gusto odore "
    ),
    "durability": (
        "durab* lasted lasting lasts broke broken break breaks breaking ripped tore torn worn faded shrunk shrank "
        "peel* fell-apart cracked chipped kaputt haltbar* cassé durable roto quebr* rotto "
    ),
    "instructions": (
        "instruction* manual assembl* guide directions anleitung* aufbau notice montage instrucciones instruções "
        "istruzioni "
    ),
    "support": (
        "support service helpdesk representative replied reply response answered answering kundenservice "
        "kundendienst atención atendimento assistenza "
    ),
    "returns": (
        "return returns returned returning refund* exchange* exchanged rücksend* rückgabe umtausch* rembours* "
        "retour* devol* reembols* reso rimborso "
    ),
    "website": "website site webshop checkout app login webseite seite sitio página sito",
    "colour and look": (
        "color* colour* shade looks pattern* print design* style* farbe* muster couleur* cor cores colore* "
    ),
    "comfort": (
        "comfort* uncomfort* soft softness itchy scratchy cozy cosy bequem weich confortable doux cómod* suave "
        "confortável comodo morbido "
    ),
    "stock": "sold-out out-of-stock backorder* restock* unavailable ausverkauft rupture agotado esgotado esaurito",
}

POSITIVE: Final = (
    "good great excellent amazing awesome wonderful love loved loves lovely perfect perfectly beautiful "
    "beautifully best nice nicely happy pleased satisfied recommend recommended fantastic fast quick quickly "
    "quickest prompt easy easily comfortable comfy soft sturdy durable flattering gorgeous stunning superb "
    "favorite favourite impressed delicious tasty fresh helpful friendly worth affordable reliable well delighted "
    "cute adorable pretty elegant thank thanks enjoy enjoyed enjoys enjoyable smooth smoothly generous high- "
    "quality compliments compliment cozy cosy timely early brilliant outstanding fabulous ideal neat solid "
    "charming thrilled glad exceeded gut gute guter gutes super toll tolle tolles schön schöne perfekt schnell "
    "schnelle zufrieden begeistert empfehlen empfehle lecker bequem hochwertig wunderbar klasse freundlich "
    "einfach bon bonne bien excellente parfait parfaite beau belle rapide satisfait satisfaite recommande "
    "magnifique superbe génial adore facile bueno buena buen excelente perfecto perfecta hermoso hermosa rápido "
    "rápida satisfecho contento recomiendo encanta encantó fácil genial maravilloso bom boa ótimo ótima otimo "
    "otima perfeito perfeita lindo linda satisfeito satisfeita recomendo amei adorei gostei maravilhoso parabéns "
    "buono buona ottimo ottima eccellente perfetto perfetta bello bella veloce soddisfatto soddisfatta consiglio "
)

NEGATIVE: Final = (
    "bad poor poorly terrible horrible awful worst worse disappointed disappointing disappointment disappoints "
    "hate hated broke broken defective damaged cheaply flimsy slow slowly late delayed delay delays wrong "
    "missing lost useless waste wasted rude unhelpful uncomfortable itchy scratchy tight loose ripped tore torn "
    "faded shrunk shrank leaked leaking leaks leak smelly stinks overpriced expensive pricey difficult confusing "
    "confused complicated annoying annoyed frustrating frustrated unhappy unfortunately problem problems issue "
    "issues fault faulty fail failed fails failure cracked dented scratched stained dirty thin boxy unflattering "
    "shapeless sheer see-through crushed squashed soggy stale bland bitter weak cumbersome crooked fell-apart "
    "fake misleading refused ignored complaint complain regret sadly tricky unclear unreadable ugly crap garbage "
    "junk mess messy hassle pain schlecht schlechte schlechter schlechtes leider kaputt defekt enttäuscht "
    "enttäuschend langsam spät falsch fehlt fehlte teuer beschädigt dünn kratzt stinkt unbrauchbar ärgerlich "
    "verspätet mauvais mauvaise déçu déçue décevant cassé lent tard retard malheureusement cher chère abîmé "
    "défectueux manque nul malo mala mal defectuoso roto lento tarde decepcionado decepcionada desafortunadamente "
    "lamentablemente caro cara falta retraso peor pésimo ruim péssimo péssima pessimo defeito quebrado quebrada "
    "atrasado atraso demorou infelizmente errado errada faltou não-recebi pior cattivo pessima rotto difettoso "
    "deluso delusa purtroppo ritardo sbagliato mancante peggio "
)

NEGATIONS: Final = (
    "not no never none nothing neither nor without cannot cant dont doesnt didnt wont wouldnt isnt wasnt arent "
    "couldnt hardly barely nicht kein keine keinen nie ne pas jamais sans sin nunca não nao nem sem non mai senza "
)

INTENSITY_TOO: Final = "too trop demasiado troppo"

STOPWORDS: Final = (
    "the a an and or but if then this that these those i im ive id you your we our they their them it its he she "
    "his her him my me mine is am are was were be been being have has had having do does did done doing will "
    "would can could should may might must of in on at to from by with for about as into over under after before "
    "than so too very just really also only even more most much many some any all both each few other such own "
    "same again once here there when where why how what which who whom because while until up down out off not no "
    "nor get got gets getting one two lot lots bit thing things way still though although however yet ever never "
    "always well back made make makes like went going goes come came comes take took try tried said say says see "
    "saw seen think thought know find found use used using want wanted need needed buy bought order ordered "
    "purchase purchased product item items time times day days week weeks month months year years first last "
    "since now dont didnt doesnt isnt wasnt cant wont ill theyre youre thats theres give gave given put keep kept "
    "feel felt feels seem seems seemed something anything everything people "
    "soon described third second someone long little big small large "
    "new old sure right left hard enough almost another around away without der die das ein eine einen einem "
    "einer und oder aber ich du er sie es wir ihr ist bin war waren sind hat habe haben nicht kein keine mit von "
    "zu für auf aus bei sehr auch wie nur noch mehr als dass weil wenn den dem des le la les un une et ou mais je "
    "tu il elle nous vous ils ce cet cette ces mon ma mes son sa ses est suis était sont ai avons ont pas ne que "
    "qui dans sur pour par avec sans très plus de au aux en se y el los las una unos unas o pero yo mi mis su sus "
    "soy era ha han con por para sin muy más del al lo os um uma uns e mas eu meu minha seu sua é foi são tem em "
    "com sem muito da dos na nos nas ao à não já produto gli uno io mio mia suo è sono ho hanno che di per senza "
    "molto più della dei "
)

DETERMINERS: Final = (
    "the this that these those my your our their his her its a an der das den dem ein eine einen mein meine "
    "le la les un une des mon ma mes ce cette el los las una mi su um uma meu minha il lo gli uno mio mia "
)

# Cues in a sentence, as regular expressions over lower-cased text. Names are what the screen says.
MOTIVES: Final[Mapping[str, str]] = {
    "bought as a gift": r"\b(?:as|for) (?:a |an )?(?:\w+ )?(?:gift|present)s?\b|\bgift(?:ed)? (?:for|to)\b"
    r"|\bgeschenk\w*"
    r"|\bcadeau\w*|\bregal[oié]\w*|\bpresente (?:para|de)\b",
    "had a need": r"\b(?:i|we) (?:really |badly )?(?:needed|need|wanted|was looking for|were looking for)\b"
    r"|\b(?:been|was|were) (?:looking|searching|hunting) for\b|\bbrauchte\b|\bj'avais besoin\b|\bnecesitaba\b"
    r"|\bprecisava\b",
    "gave a reason": r"\b(?:bought|ordered|purchased|chose|picked|got)\b.{0,60}\b(?:because|so that|since)\b"
    r"|\b(?:gekauft|bestellt)\b.{0,60}\bweil\b|\b(?:acheté|commandé)\b.{0,60}\bparce que\b"
    r"|\bcompr\w+\b.{0,60}\bporque\b",
    "had searched long": r"\bfinally\b|\bat last\b|\bendlich\b|\benfin\b|\bpor fin\b|\bfinalmente\b",
}
FOR_WHOM: Final = (
    r"\b(?:for|für|pour|para|per) (?:my|our|meine?n?|mon|ma|mes|notre|mi|nuestr[oa]|meu|minha|mio|mia)"
    r" (?:(?:\w+[- ])?(?:year[- ])?old(?:er|est)? |new |little |young(?:er|est)? |own |first |second |small "
    r"|big |best )*"
    r"([^\W\d_]{3,20})\b"
)
OCCASIONS: Final = (
    r"\b(?:for|at|für|zu[mr]?|pour|para|per) (?:\w+ ){0,2}?(wedding|birthday|christmas|anniversary|vacation"
    r"|holidays?|travel"
    r"|work|the office|party|graduation|camping|commuting|hochzeit|geburtstag|weihnachten|noël|anniversaire"
    r"|boda|cumpleaños"
    r"|navidad|casamento|aniversário|natal)\b"
)
HESITATIONS: Final[Mapping[str, str]] = {
    "hesitated before buying": r"\b(?:hesita\w+|skeptic\w*|sceptic\w*|almost (?:didn'?t|did not)|was (?:worried"
    r"|afraid|unsure"
    r"|nervous|concerned)|was not sure|wasn'?t sure|on the fence|thought twice|had doubts|put off)\b",
    "found it too expensive": r"\b(?:too|bit|little|rather) (?:expensive|pricey)\b|\boverpriced\b|\bzu teuer\b"
    r"|\btrop cher"
    r"|\b(?:demasiado|muy|muito) caro|\btroppo caro",
}
PAINS: Final[Mapping[str, str]] = {
    "wished for something": r"\b(?:i|we|just|only) wish\b|\bwish (?:it|they|the|there)\b|\bwould have been (?:nice"
    r"|better)\b"
    r"|\bwünsch\w+",
    "something was too much": r"\b(?:too|trop|demasiado|troppo) (?!bad\b|much\b|many\b|good\b|late\b)[^\W\d_]{3,}",
    "had to work around it": r"\b(?:had|have) to (?:return|send|buy|call|contact|wait|pay|exchange|replace|throw"
    r"|reorder|order"
    r"|email|e-mail|write|ask|fix|sew|tape|cut)\b|\bmusste\b|\btuve que\b|\btive que\b|\bai dû\b|\bho dovuto\b",
    "did not work as expected": r"\b(?:doesn'?t|does not|didn'?t|did not|won'?t|would not|stopped) "
    r"(?:work\w*|fit|last|hold|arrive|come|stay|match|close|open|turn|help)\b"
    r"|\bnever (?:arrived|came|received|got|worked|replied)\b|\bfunktioniert nicht\b|\bno funciona\b"
    r"|\bne (?:fonctionne|marche) pas\b|\bnão funciona\b|\bnon funziona\b",
    "said unfortunately": r"\bunfortunately\b|\bsadly\b|\bleider\b|\bmalheureusement\b|\bdesafortunadamente\b"
    r"|\binfelizmente\b"
    r"|\bpurtroppo\b",
}
