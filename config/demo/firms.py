"""Two firms that share nothing: an audit practice of eight, and a bookkeeper's office of five."""

from config.demo.lists import COMPLETE, FRESH, HALF_WAY, LAST_YEAR
from config.demo.project_specs import HARCOURT_PROJECTS, HARCOURT_TEMPLATES, OKAFOR_PROJECTS
from config.demo.specs import BinderSpec, ClientSpec, Contact, FirmSpec, Person, RoleSpec

EP, MO, TL = "eleanor@harcourtpell.example", "maya@harcourtpell.example", "tomasz@harcourtpell.example"
PR, DO, IS = "priya@harcourtpell.example", "daniel@harcourtpell.example", "ingrid@harcourtpell.example"

HARCOURT_PELL = FirmSpec(
    name="Harcourt & Pell LLP", slug="harcourt-pell", brand="#1c3f68", has_plan=True,
    people=(
        Person("Eleanor Pell", EP, "owner"), Person("Maya Okafor", MO, "admin"), Person("Tomasz Łuczak", TL, "member"),
        Person("Priya Raman", PR, "member"), Person("Daniel Osei", DO, "member"), Person("Ingrid Solheim", IS, "member"),
        Person("Hugh Bannerman", "hugh@harcourtpell.example", "viewer"),
        Person("Carla Mendes", "carla@harcourtpell.example", "billing"),
    ),
    invited=("jo.whitfield@harcourtpell.example", "member"),
    clients=(
        ClientSpec("NWB", "Northwind Bakeries Ltd", (
            Contact("Ana Ruiz", "ana.ruiz@northwind.example", "Finance director"),
            Contact("Jonas Keller", "jonas.keller@northwind.example", "Payroll"),
        ), MO, (TL, PR), industry="Food production", website="https://northwind.example", tags=("Audit", "Food", "FY2025")),
        ClientSpec("BMS", "Bluewater Marine Supply", (Contact("Sam Whitlock", "sam@bluewater.example", "Controller"),), MO, (PR,), industry="Wholesale", website="https://bluewater.example", tags=("Review", "FY2025")),
        ClientSpec("ODG", "Orchard Dental Group", (Contact("Dr Leila Farahani", "leila@orchard-dental.example", "Partner"),), DO, type="partnership", industry="Health", year_end="03-31", tags=("Tax",)),
        ClientSpec("KES", "Kestrel Robotics Ltd", (Contact("Rowan Pike", "rowan@kestrel.example", "Chief executive"),), IS, industry="Engineering", website="https://kestrel.example", tags=("Advisory",)),
        ClientSpec("HAL", "Halden & Sons Joinery", (Contact("Bridget Halden", "bridget@halden.example", "Director"),), TL, industry="Building", year_end="06-30"),
        ClientSpec("SBH", "St Brannock’s Housing Trust", (Contact("Philippa Crane", "philippa@brannock.example", "Head of finance"),), EP, (MO, TL), type="charity", industry="Housing", year_end="03-31", tags=("Audit", "Charities")),
        ClientSpec("FEN", "Fennimore Textiles", (
            Contact("Oscar Lindqvist", "oscar@fennimore.example", "Finance director"),
            Contact("Marta Nowak", "marta@fennimore.example", "Ledger"),
        ), TL, (PR,), status="onboarding", industry="Textiles"),
        ClientSpec("PEL", "Pelican Freight Services", (Contact("Grace Abara", "grace@pelican.example", "Office manager"),), PR, industry="Transport"),
        ClientSpec("SGE", "Sagebrush Energy Co-operative", (Contact("Marcus Vane", "marcus@sagebrush.example", "Treasurer"),), EP, (TL,), industry="Energy", tags=("Audit", "FY2025")),
        ClientSpec("MSP", "Marlow Street Pharmacy", (Contact("Yusuf Demir", "yusuf@marlowstreet.example", "Owner"),), DO, type="individual", industry="Retail", year_end="04-05"),
        ClientSpec("TWH", "Tidewell Hospitality Group", (Contact("Celia Marchetti", "celia@tidewell.example", "Group controller"),), IS, (MO,), industry="Hotels"),
        ClientSpec("ARB", "Arbour Lane Surgery", (Contact("Dr Peter Amis", "peter@arbourlane.example", "Partner"),), DO, type="partnership", industry="Health", year_end="03-31", tags=("Tax",), related=("sister", "ODG")),
        ClientSpec("CAL", "Calder Valley Council", (Contact("Ruth Ellison", "ruth@caldervalley.example", "Section 151 officer"),), EP, (MO,), type="public_body", industry="Local government", year_end="03-31", tags=("Audit",)),
        ClientSpec("PRV", "The Pell Family Office", (Contact("Imogen Pell", "imogen@pell.example", "Trustee"),), EP, is_restricted=True, type="individual", industry="Private client", year_end="04-05", tags=("Tax",)),
        ClientSpec("WRN", "Wren & Finch Publishing", (Contact("Tobias Finch", "tobias@wrenfinch.example", "Director"),), PR, industry="Publishing", tags=("Payroll",), related=("owner", "HAL")),
        ClientSpec("OLD", "Ashdown Print Works", (Contact("Nell Ashdown", "nell@ashdown.example"),), TL, status="archived", industry="Printing"),
    ),
    roles=(
        RoleSpec("Engagement senior", "Signs and locks the files they lead.", ("sign_as_partner", "close_binders"), (TL,)),
        RoleSpec("Client intake", "Who may see which client.", ("manage_access", "manage_clients"), (PR, IS)),
    ),
    domain="harcourtpell.example", waiting=Person("Nadia Ferreira", "nadia@harcourtpell.example", "member"),
    lists=(HALF_WAY, FRESH, LAST_YEAR),
    binders=(BinderSpec("NWB", "Northwind Bakeries, audit", (TL, MO, EP), closed="SGE"),),
    projects=HARCOURT_PROJECTS, templates=HARCOURT_TEMPLATES,
)  # fmt: skip

NG, CH, LE = "ngozi@okafor.example", "chidi@okafor.example", "lena@okafor.example"

OKAFOR = FirmSpec(
    name="Okafor Bookkeeping", slug="okafor-bookkeeping", brand="#17613f",
    people=(
        Person("Ngozi Okafor", NG, "owner"), Person("Chidi Okafor", CH, "admin"), Person("Lena Brandt", LE, "member"),
        Person("Paul Weir", "paul@okafor.example", "viewer"), Person("Ama Boateng", "ama@okafor.example", "billing"),
    ),
    invited=("sunita@okafor.example", "member"),
    clients=(
        ClientSpec("JYS", "Juniper Yoga Studio", (Contact("Hanna Weiss", "hanna@juniper.example", "Owner"),), CH, (LE,), industry="Sport", year_end="03-31"),
        ClientSpec("BRK", "Brockley Bikes", (Contact("Dev Patel", "dev@brockleybikes.example", "Owner"),), LE, industry="Retail"),
        ClientSpec("CAF", "Café Lumen", (Contact("Inês Duarte", "ines@lumen.example", "Manager"),), LE, industry="Catering"),
        ClientSpec("GRD", "Greendale Gardens", (Contact("Tom Hales", "tom@greendale.example", "Partner"),), CH, type="partnership", industry="Landscaping"),
        ClientSpec("MIR", "Miriam Stone, translator", (Contact("Miriam Stone", "miriam@stone.example"),), LE, type="individual", industry="Languages", year_end="04-05"),
        ClientSpec("HOP", "Hope Street Food Bank", (Contact("Joyce Adeyemi", "joyce@hopestreet.example", "Treasurer"),), NG, type="charity", industry="Charity", year_end="03-31"),
        ClientSpec("TEN", "Tenpin Alley Ltd", (Contact("Rob Lister", "rob@tenpin.example", "Director"),), CH, industry="Leisure"),
        ClientSpec("VET", "Fairfield Vets", (Contact("Dr Aoife Quinn", "aoife@fairfieldvets.example", "Partner"),), NG, (LE,), type="partnership", industry="Veterinary"),
        ClientSpec("NEW", "Saltmarsh Ceramics", (Contact("Bea Lowe", "bea@saltmarsh.example", "Owner"),), LE, status="onboarding", type="individual", industry="Crafts"),
    ),
    lists=(COMPLETE,), projects=OKAFOR_PROJECTS,
)  # fmt: skip

FIRMS = (HARCOURT_PELL, OKAFOR)
OPERATOR = Person("Olga Marsh", "olga.marsh@tickmark.example", "operator")
