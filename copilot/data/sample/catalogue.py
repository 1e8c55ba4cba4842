"""What the sample shop sells and where its invented people come from: fixed lists, no chance in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SHOP: Final = "Quillmere Tea & Coffee"
CURRENCY: Final = "GBP"

LEAF: Final = "Loose-leaf tea"
COFFEE: Final = "Coffee beans"
HERBAL: Final = "Herbal infusions"
EQUIPMENT: Final = "Brewing equipment"
GIFTS: Final = "Gift sets"


@dataclass(frozen=True)
class Product:
    """One thing on the shelf; money in pence."""

    sku: str
    title: str
    variant: str
    category: str
    price: int
    cost: int
    weight: float  # how often it is picked within its category

    @property
    def line_name(self) -> str:
        """The name as an order line shows it."""
        return f"{self.title} - {self.variant}" if self.variant else self.title


PRODUCTS: Final[tuple[Product, ...]] = (
    Product("LT-SAM-06", "Six Leaf Sampler", "6 x 20 g", LEAF, 1290, 520, 6.0),
    Product("LT-ASM-250", "Harbour Breakfast Assam", "250 g", LEAF, 1490, 560, 2.0),
    Product("LT-EGR-125", "Bergamot Grey", "125 g", LEAF, 1150, 390, 2.2),
    Product("LT-DAR-100", "Hillside Darjeeling", "100 g", LEAF, 1490, 610, 1.4),
    Product("LT-SEN-100", "Meadow Sencha", "100 g", LEAF, 1350, 540, 1.3),
    Product("LT-OOL-100", "Slate Oolong", "100 g", LEAF, 1590, 720, 1.0),
    Product("LT-SMK-100", "Kilnsmoke Black", "100 g", LEAF, 1290, 470, 0.6),
    Product("CB-HSE-250", "House Roast Beans", "250 g", COFFEE, 990, 380, 2.5),
    Product("CB-HSE-1000", "House Roast Beans", "1 kg", COFFEE, 2890, 1290, 1.3),
    Product("CB-ETH-250", "Guji Washed", "250 g", COFFEE, 1190, 560, 1.8),
    Product("CB-COL-250", "Huila Natural", "250 g", COFFEE, 1150, 530, 1.5),
    Product("CB-DEC-250", "Quiet Decaf", "250 g", COFFEE, 990, 450, 1.2),
    Product("CB-ESP-500", "Night Ferry Espresso", "500 g", COFFEE, 1690, 760, 1.4),
    Product("HI-CHM-100", "Whole Chamomile", "100 g", HERBAL, 1290, 420, 2.0),
    Product("HI-RBS-250", "Red Rooibos", "250 g", HERBAL, 1390, 460, 1.6),
    Product("HI-MNT-120", "Garden Peppermint", "120 g", HERBAL, 1250, 380, 1.8),
    Product("HI-GNG-150", "Ginger & Lemon Peel", "150 g", HERBAL, 1450, 490, 1.2),
    Product("BE-INF-001", "Deep Basket Infuser", "", EQUIPMENT, 1290, 480, 3.0),
    Product("BE-DRP-001", "Pour-over Set", "glass", EQUIPMENT, 2400, 1150, 1.6),
    Product("BE-POT-600", "Stoneware Teapot", "600 ml", EQUIPMENT, 2900, 1350, 1.2),
    Product("BE-GRD-001", "Hand Grinder", "steel", EQUIPMENT, 3900, 2100, 0.6),
    Product("BE-KTL-900", "Gooseneck Kettle", "0.9 l", EQUIPMENT, 5900, 3300, 0.4),
    Product("GS-TEA-001", "Rainy Day Tea Box", "", GIFTS, 1890, 830, 1.8),
    Product("GS-COF-001", "Roaster's Choice Box", "", GIFTS, 2090, 960, 1.2),
    Product("GS-WNT-001", "Winter Warmers", "", GIFTS, 2290, 1050, 0.9),
)

CATEGORIES: Final = (LEAF, COFFEE, HERBAL, EQUIPMENT, GIFTS)
CATEGORY_SHARES: Final = (0.40, 0.27, 0.15, 0.11, 0.07)

PODCAST: Final = "podcast"
SEARCH: Final = "google"
SOCIAL: Final = "instagram"
FRIEND: Final = "friend"
DIRECT: Final = "direct"
VOUCHERS: Final = "voucher-site"
SOURCES: Final = (PODCAST, SEARCH, SOCIAL, FRIEND, DIRECT, VOUCHERS)
SOURCE_SHARES: Final = (0.30, 0.23, 0.17, 0.12, 0.12, 0.06)

# How an answer to "How did you hear about us?" words each source.
HEARD_THROUGH: Final = {
    PODCAST: ("The Slow Cup podcast", "A podcast", "podcast (The Slow Cup)"),
    SEARCH: ("Google", "Searched online", "google search"),
    SOCIAL: ("Instagram", "An Instagram post", "Saw you on Insta"),
    FRIEND: ("A friend", "A friend told me", "My sister recommended you"),
    DIRECT: ("Can't remember", "Known you for years", "Walked past the shop"),
    VOUCHERS: ("A voucher site", "Discount code page", "voucher website"),
}

SOURCE_ATTRIBUTE: Final = "utm_source"  # order attribute that carries the referring source, as shop themes write it


@dataclass(frozen=True)
class Place:
    """A town of the sample shop's customers."""

    city: str
    region_code: str
    region: str
    country: str


PLACES: Final[tuple[Place, ...]] = (
    Place("London", "ENG", "England", "GB"),
    Place("Bristol", "ENG", "England", "GB"),
    Place("Leeds", "ENG", "England", "GB"),
    Place("Manchester", "ENG", "England", "GB"),
    Place("Edinburgh", "SCT", "Scotland", "GB"),
    Place("Glasgow", "SCT", "Scotland", "GB"),
    Place("Cardiff", "WLS", "Wales", "GB"),
    Place("Belfast", "NIR", "Northern Ireland", "GB"),
    Place("Dublin", "D", "Dublin", "IE"),
    Place("Cork", "CO", "Cork", "IE"),
    Place("Berlin", "", "", "DE"),
    Place("Hamburg", "", "", "DE"),
    Place("Amsterdam", "", "", "NL"),
    Place("Lyon", "", "", "FR"),
)
PLACE_SHARES: Final = (0.24, 0.09, 0.08, 0.10, 0.08, 0.06, 0.05, 0.03, 0.07, 0.03, 0.06, 0.04, 0.04, 0.03)

_FIRST_NAMES = (
    "Ada Alma Anouk Arlo Basil Bea Calla Cleo Cora Dara Edda Elio Enid Esme Fenn Fern Flora Greer Hale "
    "Idris Ines Isla Jonah Juno Kai Kit Lars Leda Linus Lotte Mabel Maeve Mira Moss Nell Noor Odo Olive "
    "Otis Pax Petra Pim Quill Rhys Romy Rune Sage Selma Silas Tamsin Tess Theo Uma Vera Wilf Wren Yara "
    "Zadie Zeno"
)
FIRST_NAMES: Final = tuple(_FIRST_NAMES.split())
_LAST_NAMES = (
    "Abbotsmere Alderfold Ashgrove Barleigh Birchall Bramwick Brightsea Calderfield Cindermoor Claymont "
    "Coppersby Dewbury Dunmarsh Eastmere Elderby Fairlock Fennimoor Foxgate Glassby Greywater Halewick "
    "Harrowby Hazelden Hollowbrook Ivybridge Kestrelby Larkmoor Lindmere Lowfield Maplewick Marshgate "
    "Merridew Millgrave Netherby Nightmoor Oakmarsh Orchardby Penhallow Quarrimore Ravenholt Redfern "
    "Rookdale Saltmarsh Sandiway Silverby Starling Stonefold Sundermoor Thistleby Thornwick Tidewell "
    "Umberley Valebrook Wetherfield Wildmere Wintergate Woodlark Yarrowby"
)
LAST_NAMES: Final = tuple(_LAST_NAMES.split())
