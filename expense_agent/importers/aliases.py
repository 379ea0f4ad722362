"""The names columns have in the wild, per field of an invoice; "|" stands before weaker names.

English and German, then the commonest French, Spanish, Dutch and Italian ones; all lower case,
letters and digits only, as `headers.normalised` folds them.
"""

_NET = "netamount net nettobetrag netto netvalue amountexclvat amountexvat"
NET = frozenset(_NET.split())
"""Amounts without tax: paid only where the table has no tax column."""

_ALIASES = {
    "payable_amount": """
        payableamount amountdue payable amounttopay topay duepayable duepayableamount
        balancedue amountpayable zahlbetrag zuzahlen zuzahlenderbetrag offenerbetrag
        netapayer montantdu importeapagar tebetalen
        | grossamount gross grosstotal grossvalue totalgross totalamount amounttotal total
        invoicetotal totalinclvat totalincvat totalinctax amountinclvat amountincvat
        bruttobetrag brutto rechnungsbetrag gesamtbetrag endbetrag montantttc totalttc
        importetotal totaalbedrag
        | amount amountvalue invoiceamount invoicevalue value betrag summe montant importe
        bedrag importo paymentamount transactionamount amountpaid
        """,
    "currency": """
        currency currencycode invoicecurrency documentcurrency amountcurrency totalcurrency waehrung
        wahrung waehrungscode devise moneda munt valuta
        | ccy curr cur currencyisocode isocurrency whg wkz
        """,
    "number": """
        invoicenumber invoiceno invoicenr invoicenum rechnungsnummer rechnungsnr rechnungno
        rechnungnr numerodefacture ndefacture nfacture nofacture numerofactura
        factuurnummer numerofattura
        | number invoiceid invoiceref invoicereference invoice documentnumber documentno
        docno docnumber belegnummer belegnr supplierinvoiceno vendorinvoiceno billnumber
        billno facture factura
        | reference ref referencenumber referenz supplierreference transactionnumber
        transactionno transactionid vouchernumber voucherno
        | id no nr nummer
        """,
    "supplier": """
        suppliername vendorname sellername creditorname lieferantenname nomfournisseur
        nombreproveedor naamleverancier merchantname payeecompany
        | supplier vendor seller creditor lieferant kreditor fournisseur proveedor
        leverancier fornitore beneficiary beneficiaryname merchant
        | company companyname firma from name
        """,
    "vat_id": """
        vatid vatregno vatregistrationnumber vatregistrationno vatnumber vatno ustidnr ustid
        ustidnummer umsatzsteueridentifikationsnummer suppliervatid suppliervat
        suppliervatno suppliervatnumber vendorvatid vendorvat sellervatid numerotva
        tvaintracommunautaire nif cif btwnummer partitaiva
        | taxid taxnumber taxno suppliertaxid vendortaxid steuernummer
        """,
    "legal_id": """
        legalid supplierlegalid companynumber companyregno companyregistrationnumber
        registrationnumber handelsregisternummer siret siren kvknummer
        """,
    "trading_name": "tradingname suppliertradingname tradingas",
    "country": "suppliercountry vendorcountry country countrycode land pays pais",
    "account": """
        iban supplieriban vendoriban bankiban paymentmeansiban bankaccountiban
        bankdetailsiban accountiban payeeiban creditoriban
        | bankaccount paymentmeansaccount bankaccountnumber accountnumber accountno kontonummer
        kontonr bankverbindung supplieraccount vendoraccount payeeaccount beneficiaryaccount
        comptebancaire cuentabancaria rekeningnummer
        | account konto
        """,
    "account_name": "accountname accountholder kontoinhaber titulaire titular",
    "bic": """
        bic bankbic paymentmeansbic bankdetailsbic swift swiftcode biccode bicswift swiftbic
        bicfi
        """,
    "issue_date": """
        issuedate invoicedate dateofissue dateissued rechnungsdatum datefacture
        datedefacture fechafactura fechadefactura factuurdatum datafattura
        | date datum documentdate docdate billdate belegdatum fecha
        | transactiondate transdate postingdate buchungsdatum
        | paymentdate datepaid
        """,
    "due_date": """
        duedate paymentdue paymentduedate duedateforpayment dateduepayment due payby
        faelligkeit falligkeit faelligkeitsdatum falligkeitsdatum faelligam falligam
        zahlbarbis dateecheance echeance datedecheance fechavencimiento vencimiento
        vervaldatum scadenza
        """,
    "type_code": "typecode invoicetypecode invoicetype documenttype doctype belegart",
    "description": """
        description linedescription itemdescription invoicedescription linetext text purpose
        details beschreibung verwendung bezeichnung leistung artikel libelle descripcion
        concepto omschrijving
        | narrative memo note notes comment item title subject buchungstext
        | expensetype expensedescription category kategorie
        | merchantcategory merchantcategorydescription
        """,
    "detail": """
        merchantcategory merchantcategorydescription expensetype expensedescription
        """,
    "purchase_order": """
        purchaseorder purchaseordernumber purchaseorderno ponumber pono po ordernumber
        orderno orderreference bestellnummer bestellnr numerocommande numeropedido
        inkoopordernummer
        """,
    "buyer_name": "buyername buyer customername customer kunde client",
    "tax_currency": "taxcurrency vatcurrency",
    "profile": "profileid",
    "buyer_reference": """
        buyerreference buyerref costcentre costcenter kostenstelle leitwegid expensearea
        department abteilung centredecouts centrodecoste kostenplaats
        """,
    "accounting_reference": "accountingreference accountingcost kontierung",
    "remittance": """
        remittance remittanceinformation remittancereference paymentreference paymentref
        verwendungszweck zahlungsreferenz referencedepaiement betalingskenmerk endtoendid
        """,
    "payment_terms": "paymentterms terms zahlungsbedingungen zahlungsziel",
    "payee": "payee payeename payto zahlungsempfaenger zahlungsempfanger",
    "payment_means": """
        paymentmeans paymentmeanscode paymentmethod methodofpayment zahlungsart
        zahlungsweise modepaiement formadepago betaalwijze
        """,
    "mandate": "mandate mandatereference directdebitmandate mandatsreferenz",
    "preceding": "preceding precedinginvoice originalinvoice correctedinvoice",
    "tax_inclusive_amount": """
        taxinclusiveamount grossamount gross totalinclvat totalincvat amountinclvat
        bruttobetrag brutto totalttc montantttc
        """,
    "tax_exclusive_amount": """
        taxexclusiveamount subtotal netamount net netvalue nettobetrag netto amountexclvat
        amountexvat totalexclvat totalht montantht
        """,
    "tax_amount": """
        taxamount vatamount vat tax salestax taxtotal totaltax vattotal totalvat
        steuerbetrag mehrwertsteuer mwst mwstbetrag ust ustbetrag montanttva tva iva btw
        btwbedrag
        """,
    "line_total": "linetotal linestotal sumoflines",
    "allowances": "allowances allowance discount rabatt remise",
    "charges": "charges charge surcharge zuschlag",
    "prepaid_amount": "prepaidamount prepaid deposit anzahlung acompte",
    "rounding_amount": "roundingamount rounding rundung",
    "category": """
        category expensecategory kategorie expenseaccount expensetype costtype aufwandskonto
        """,
}

ALIASES = {field: [names.split() for names in text.split("|")] for field, text in _ALIASES.items()}
"""Field -> names by strength. One name may serve two fields: the one that stands first takes it."""
ALIASES["payable_amount"].append(_NET.split())
