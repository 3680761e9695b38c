"""Mizan, the relying party (TPP): shows people their bank data under UAE Open Finance, with their consent.

The rooms, and who may import whom (`tests/test_architecture.py` holds it):

    app.py, tpp.serve -> config, tpp.web, tpp.bank, tpp.store   the only files that know all of them
    tpp.web           -> tpp.journey, tpp.pages, tpp.model, tpp.errors
    tpp.pages         -> tpp.model
    tpp.journey       -> tpp.model, tpp.errors
    tpp.bank          -> tpp.model, tpp.errors
    tpp.store         -> tpp.model, tpp.errors
    tpp.model, tpp.errors -> the standard library

    model    what is true in the domain          journey  the consent journey as pure steps
    bank     going out: HTTP                     store    what we keep: sealed rows
    pages    view models                         web      coming in: Flask
"""
