from deck.programs.cli import main

raise SystemExit(main())
