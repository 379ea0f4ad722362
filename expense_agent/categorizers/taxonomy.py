"""The categories every store begins with, and the words that name them.

Ids are stored and never reused. A keyword matches whole words, accents and umlauts folded; `*` at
an end stands for the rest of a word, as German compounds need ("*reinigung", "buero*").
"""

from expense_agent.domain.category import Category


def _category(category_id: str, label: str, keywords: str) -> Category:
    words = (word.strip() for word in keywords.replace("\n", ",").split(","))
    return Category(category_id, label, tuple(word for word in words if word))


CATEGORIES: tuple[Category, ...] = (
    _category(
        "software",
        "Software, SaaS & cloud",
        """
        software*, *software, saas, cloud, *hosting, web hosting, server hosting, data centre
        data center, it support, it services, it service, it-dienstleistung*, managed service
        antivirus, firewall, backup service, website, web design, webdesign, domain name, erp, crm
        *lizenz, *lizenzen, rechenzentrum, systemhaus, logiciel*, informatique, hébergement
        alojamiento web, cyber*, api usage, microsoft, adobe, aws, amazon web services, google cloud
        github, atlassian, dropbox, oracle, salesforce, sap, zoom, slack, cloud*, subscription plan
        it consulting, software licence, data hosting, internet hosting, seo tool
        computing services, user licence, user licences, user license, user licenses, seat licence
        """,
    ),
    _category(
        "hardware",
        "IT hardware & equipment",
        """
        computer, computers, laptop*, notebook, notebooks, desktop pc, monitors, tablet, tablets
        printer, printers, scanner, scanners, keyboard, docking station, ssd, hard drive, projector
        headset*, webcam*, network switch, *drucker, bildschirm*, tastatur*, *rechner, beamer
        furniture, desks, chairs, shelving, cabinets, *möbel, *stuhl, *stühle, schreibtisch*, regale
        mobilier, ordinateur*, mobiliario, ordenador*, office equipment, appliance*, camera, cameras
        lenovo, currys, it hardware, computer hardware, it equipment, office furniture, büromöbel
        usb, server rack, office desk, office chair, standing desk
        """,
    ),
    _category(
        "telecom",
        "Telecoms & internet",
        """
        telecom*, telephon*, *telefon, telefon*, telefonie, *telekom*, mobile phone, mobile phones
        mobilfunk*, broadband, breitband*, internet access, internet connection, internetanschluss
        glasfaser*, fibre line, sim card, sim cards, sim-karte*, roaming, voip, call charges
        two-way radio, airtime, téléphonie, télécom*, telecomunicaciones, handyvertrag, vodafone, o2
        bt group, verizon, british telecom, virgin media, topup, top up, mobile tariff
        mobile contract, ee limited, radio hire
        """,
    ),
    _category(
        "travel",
        "Travel & accommodation",
        """
        travel, trains, rail, railway, railways, flight, flights, airline, airlines, airways
        airport, taxi, taxis, hotel, hotels, accommodation, parking, car park, car parks, trainline
        eurostar, toll, ferry, *fahrkarte, *fahrkarten, bahnticket*, flüge, übernachtung*
        dienstreise*, reisekosten, parkhaus, parkgebühr*, hôtel, voyage*, billet de train, viaje*
        vuelo*, lufthansa, easyjet, ryanair, booking com, deutsche bahn, uber, hotelübernachtung*
        railcard, train ticket, train tickets, bus fares, flybe, ncp, apcoa, minicab*, taxi fare
        zugticket*, bahnfahrt*, british airways, expedia, reise, bahnreise*, geschäftsreise*, flug
        linienflug, bus tickets
        """,
    ),
    _category(
        "meals",
        "Meals, food & hospitality",
        """
        food, foods, meal, meals, catering, caterer, caterers, restaurant*, cafe, coffee, coffees
        tea, bakery, bakers, butcher*, lunch, lunches, breakfast, dinner, buffet, refreshments
        sandwich*, pizza, fruit, fruit box, groceries, supermarket, supermarkets, drinks, beverages
        hospitality, kitchen supplies, *verpflegung, bewirtung*, *kaffee, kaffee*, getränk*
        *bäckerei, mittagessen, frühstück*, obst*, lebensmittel*, traiteur, boulangerie, comida
        panadería, mineralwasser, weine, starbucks, waitrose, aldi, lidl, dominos, canteen, kantine*
        vegetable*, vegetables, bewirtung, snack*, lieferando, deliveroo, just eat, weinhandel
        costa coffee, greggs, kfc, mcdonalds, nandos, subway, mineral water
        """,
    ),
    _category(
        "office",
        "Office supplies, print & postage",
        """
        stationery, stationers, office supplies, printing, postage, postal, mailing, envelope*
        paper, toner*, ink cartridge*, cartridges, book, books, bookshop, publications, newspaper*
        magazine*, periodicals, photocop*, copier, leaflets, business cards, bürobedarf
        büromaterial, schreibwaren, *papier, druckerei, druckkosten, *druckerzeugnisse
        visitenkarten, *porto, briefmarken, briefpost, fachbücher, buchhandlung, zeitschrift*
        zeitung*, briefumschläge, fournitures, imprimerie, papeterie, librairie, papelería, imprenta
        royal mail, deutsche post, franking, printed matter, print run, printed, office paper
        kopierpapier, frankier*, francotyp postalia
        """,
    ),
    _category(
        "professional",
        "Professional & legal services",
        """
        consult*, solicitor*, barrister*, lawyer*, legal advice, chambers, attorney*, notary
        accountant*, accountancy, bookkeeping, tax advice, surveyor*, valuation*, advisory, adviser*
        advisor*, professional fees, expert opinion, translation*, translator*, interpreter*
        interpreting, *beratung, beratungs*, *berater, *anwalt*, *anwälte, notar, notariat
        wirtschaftsprüf*, *buchhaltung, gutachten, gutachter, *architekten, übersetzung*, avocat*
        notaire, conseil, abogado*, asesoría, kanzlei, ingenieurbüro, legal services, law firm
        law office, architects, architect, architectural, planning consultant*, legal fees, legal
        rechtsberatung, patent*, barristers, tax adviser*, steuerberat*, avvocato
        engineering consult*, audit, audits, auditor, auditors, auditing
        """,
    ),
    _category(
        "staffing",
        "Contract & agency staff",
        """
        recruit*, agency staff, agency worker*, temporary staff, temporary worker*, temp staff
        staffing, locum*, contract staff, personnel services, employment agency, zeitarbeit*
        leiharbeit*, *personaldienst*, personalvermittlung, arbeitnehmerüberlassung, aushilfe*
        intérimaire*, trabajo temporal, randstad, adecco, hays, manpower, resourcing, recruitment
        temporary labour, agency nurse*, workforce, interim manager, interim staff
        personnel intérimaire
        """,
    ),
    _category(
        "marketing",
        "Marketing, advertising & events",
        """
        marketing, advertis*, publicity, branding, campaign*, social media, public relations
        exhibition*, trade fair, events, sponsorship, banner*, signage, brochure*, flyer*, poster*
        video production, photography, photographer*, film production, *werbung, werbe*, anzeige
        anzeigen, kampagne*, *messe, messestand, messebau, prospekte, veranstaltung*, sponsoring
        publicité, publicidad, fotograf*, facebook, google ads, linkedin ads, eventbrite, mailchimp
        promotions, promotional, facebk, creative agency, werbemittel, seo, media buying
        merchandis*, trade show
        """,
    ),
    _category(
        "training",
        "Training, conferences & memberships",
        """
        training*, course, courses, conference*, seminar*, workshop*, webinar*, tuition, exam, exams
        examination*, qualification*, e-learning, learning, coaching, membership*, academy
        schulung*, *schulung, fortbildung*, weiterbildung*, lehrgang*, kongress, tagung*
        mitgliedsbeitrag, mitgliedschaft*, prüfungsgebühr*, akademie, congrès, cotisation, curso*
        congreso*, professional body, conference fee, conference fees, exam fee, exam fees
        certification, kurs, kurse, sprachkurs*
        """,
    ),
    _category(
        "rent",
        "Rent, leases & property charges",
        """
        rent, rental of premises, office rent, lease of premises, ground rent, room hire, hall hire
        venue hire, service charge, service charges, property, letting*, landlord*, *miete
        mietkosten, mietzahlung*, nebenkosten, hausverwaltung*, *immobilien, raummiete, büromiete
        coworking, loyer, charges locatives, alquiler, self storage, housing association
        estate agent, estate agents, lettings, office lease, flächenmiete, lagermiete, meeting room
        """,
    ),
    _category(
        "utilities",
        "Utilities & waste",
        """
        electricity, gas supply, gas, water, sewerage, energy, waste, refuse
        recycling, skip hire, skips, heating oil, district heating, utility, utilities, *strom
        stromlieferung*, stadtwerke, erdgas, abwasser*, fernwärme, heizöl, *entsorgung, entsorgungs*
        müllabfuhr, abfall*, containerdienst, électricité, énergie, déchets, electricidad, agua
        residuos, british gas, eon, edf, npower, electric bill, ökostrom, wasserwerk*, trinkwasser
        power company, eau potable, energieversorg*, energy supply
        """,
    ),
    _category(
        "maintenance",
        "Repairs, maintenance & cleaning",
        """
        maintenance, repair, repairs, cleaning, cleaners, janitorial, window cleaning, plumb*
        electrical, electrician*, boiler*, roofing, painting, decorat*, carpentry, construction
        security services, guarding, alarm, alarms, cctv, locksmith*, lift, lifts, elevator*
        pest control, grounds maintenance, landscap*, gardening, tree services, tree surgery
        drainage, scaffold*, flooring, glazing, installation*, fire protection, *reinigung
        reinigungs*, *wartung, wartungs*, *reparatur, reparaturen, instandhaltung*, hausmeister*
        sanitär*, *aufzug, aufzüge, aufzugs*, schlüsseldienst, wachdienst, *gartenpflege
        malerarbeiten, nettoyage, entretien, réparation*, limpieza, mantenimiento
        schädlingsbekämpfung, building maintenance, heating repair, fire safety, fire extinguisher*
        asbestos, gutter*, building contractor*, elektroinstallation*, heizungs*, gebäudereinigung
        gebäudeservice, security guard*, security systems, access control, air conditioning, hvac
        clean, lighting, malerbetrieb, klimaanlage*, objektschutz, gärtnerei
        """,
    ),
    _category(
        "vehicles",
        "Vehicles, fuel & freight",
        """
        vehicle*, fuel*, diesel, petrol, petroleum, motor, garage, garages, car hire, van hire
        car rental, vehicle hire, tyre*, mot test, car wash, autos, automotive, freight, haulage
        haulier*, transportation, logistic*, pallet, pallets, courier*, delivery charges, shipping
        forwarding, minibus*, coach hire, *fahrzeug*, kfz*, autovermietung, autohaus, *reifen
        *werkstatt, tankstelle*, tankkarte*, kraftstoff*, benzin, spedition*, *fracht, *transporte
        *logistik, leasingrate, carburant, garage automobile, fret, combustible, dhl, fedex, bp
        esso, texaco, europcar, sixt, hertz, truck, trucks, filling station, petrol station, pfs
        motors, shell station, car lease, vehicle lease, lorry hire, paletten*, transportkosten
        lieferwagen
        """,
    ),
    _category(
        "fees",
        "Insurance, bank, tax & licence fees",
        """
        insurance, insurances, insurers, insurance premium, underwriting, bank charges, bank fee
        bank fees, card fees, card charges, transaction fees, merchant fees, court fee, court fees
        permit*, planning fee, licence fee, licensing, tv licence, vehicle tax, customs
        customs duty, hmcts, dvla, registration fee, trade register, *versicherung, versicherungs*
        bankgebühr*, kontoführung*, gerichtskosten, handelsregister, frais bancaires, seguro
        seguros, impuesto*, paypal fees, stripe fees, parking fine, council tax, hsbc, barclaycard
        zurich insurance, aviva, excise, vat payment, haftpflicht*, berufsgenossenschaft, finanzamt
        sparkasse, volksbank, notary fee, kfz-steuer, grundsteuer, gewerbesteuer, verwaltungsgebühr*
        genehmigungsgebühr*, zulassungsgebühr*, gebührenbescheid, zollgebühr*, assurances
        rundfunkbeitrag, kontogebühr*, bank plc, banking fees
        """,
    ),
    _category(
        "materials",
        "Materials, tools & stock",
        """
        building materials, building supplies, builders merchant*, timber, bricks, cement, concrete
        aggregates, steel, paints, tool, tools, fixings, fasteners, screws, ironmonger*, hand tools
        drill*, ppe, workwear, protective clothing, uniform*, safety boots, seeds, chemicals
        chemical, packaging material*, toys, sports equipment, lab supplies, spare parts, *werkzeug*
        baustoff*, *holz, holzhandel, stahl*, schrauben, arbeitskleidung, schutzausrüstung
        verpackungsmaterial, ersatzteil*, rohstoff*, farben, lacke, matériaux, outillage, materiales
        herramienta*, supplies, raw materials, baumaterial, *materialien, lumber, hardware supplies
        paint supplies, seedlings, safety gloves, handschuhe, craft supplies, fabric, fabrics
        reagent, reagents
        """,
    ),
)
"""Order decides ties: none is better, but the answer is always the same one."""
