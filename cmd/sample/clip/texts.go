package clip

import "strings"

// sentences returns sentences in the language of a voice, or English ones if there are
// none.
func sentences(voice string) []string {
	language, _, _ := strings.Cut(voice, "+")
	language, _, _ = strings.Cut(language, "-")
	if s, ok := map[string][]string{"de": german, "es": spanish, "fr": french, "it": italian}[language]; ok {
		return s
	}
	return english
}

var english = []string{
	"My mother bought seven blue shoes.",
	"The big ship moves slowly past the harbour.",
	"She keeps five fresh peppers in a wooden bowl.",
	"Why would anyone climb that mountain in winter?",
	"Bob put the papers above my table before the meeting began.",
	"People often forget how simple the answer may be.",
	"We have a problem with the pump behind the house.",
	"The market opens at half past five every morning.",
	"Please move the heavy boxes away from the front room.",
	"I would rather walk than wait for another bus.",
	"The weather will be warm and wonderful for the whole week.",
	"Nobody believed that the bridge could carry so much weight.",
	"Our neighbours wash their van on the first Sunday of the month.",
	"A farmer found the map below a pile of broken bricks.",
	"They promised to publish the full report by Wednesday.",
	"Both of my brothers became very famous violin players.",
	"This is the moment when everybody should be awake.",
	"Five hundred visitors came to see the small museum.",
	"You may borrow my umbrella if it begins to pour.",
	"The mayor made a brief statement about public transport.",
	"Peter poured the boiling milk over the apple pudding.",
	"From above, the village looks like a bowl of pebbles.",
	"Most members of the band prefer to practise at home.",
	"It was a beautiful performance, and people wept.",
	"The old man fed the pigeons beside the marble fountain.",
	"Would you mind closing the window before you leave?",
	"The doctor advised him to avoid butter and beef.",
	"We saw a wolf moving between the birch trees.",
	"Maybe the company will improve its offer tomorrow.",
	"My favourite memory is of the summer by the bay.",
	"Phone me when the plumber arrives with the new pipe.",
	"The paper boat floated down the river and vanished.",
}

var german = []string{
	"Meine Mutter kaufte am Montag sieben blaue Schuhe.",
	"Am Abend gehen wir oft am Fluss spazieren.",
	"Bitte bringen Sie mir ein Glas Wasser und etwas Brot.",
	"Der Bürgermeister sprach über den Umbau der Brücke.",
	"Wir haben ein Problem mit der Pumpe im Keller.",
	"Viele Besucher kamen, um das kleine Museum zu sehen.",
	"Im Sommer fahren die Boote bis zum Abend über den See.",
	"Niemand wusste, warum die Papiere verschwunden waren.",
	"Morgen früh beginnt die Versammlung um halb neun.",
	"Mein Bruder pflanzt Apfelbäume hinter dem Bauernhof.",
}

var spanish = []string{
	"Mi madre compró siete zapatos azules en el mercado.",
	"Mañana vamos a visitar el museo con unos amigos.",
	"El barco pequeño pasa despacio por debajo del puente.",
	"Nadie sabe por qué el bosque está tan tranquilo.",
	"Por favor, abre la ventana antes de empezar.",
	"Mi hermano prepara una sopa muy buena para todos.",
	"La reunión empieza a las ocho y media de la mañana.",
	"Un hombre viejo vende flores blancas en la plaza.",
}

var french = []string{
	"Ma mère a acheté sept chaussures bleues au marché.",
	"Le petit bateau passe doucement devant le pont.",
	"Nous avons un problème avec la pompe de la maison.",
	"Personne ne voulait parler de ce voyage impossible.",
	"Mon frère prépare un bon repas pour tout le monde.",
	"Il faut fermer la fenêtre avant de partir.",
	"Beaucoup de visiteurs aiment ce musée au bord du fleuve.",
	"La réunion commence demain matin à neuf heures.",
}

var italian = []string{
	"Mia madre ha comprato sette scarpe blu al mercato.",
	"Domani andiamo al mare con i nostri amici.",
	"La piccola barca passa piano sotto il ponte.",
	"Abbiamo un problema con la pompa della casa.",
	"Nessuno sapeva perché il bambino fosse felice.",
	"Mio fratello prepara una buona zuppa per tutti.",
	"Per favore apri la finestra prima di cominciare.",
	"Molti visitatori amano questo museo vicino al fiume.",
}
