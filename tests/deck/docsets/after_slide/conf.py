extensions = ['deck']
project = 'Tiny'
