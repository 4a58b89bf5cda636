from deck.programs.start import start

start()
