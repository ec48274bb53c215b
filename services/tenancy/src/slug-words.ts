/** Own words, none longer than nine letters, so that `root@<slug>.com` fits the 50 characters of a user name. */
export const ADJECTIVES = (
  'able agile amber ample ancient azure bashful bold brave breezy brief bright brisk bronze busy calm candid careful cheerful ' +
  'chilly clever cloudy cosy crafty crisp curious dapper daring dizzy dusty eager early earnest easy electric elegant fabled faint ' +
  'famous fancy fearless fluffy fond frosty frugal fuzzy gentle giant giddy gilded glad gleaming golden grand grumpy handy happy ' +
  'hasty hazy heavy hidden honest humble hungry icy idle ivory jade jaunty jolly keen kind large late lazy light little lively ' +
  'lonely loud loyal lucky lunar mellow merry mighty misty modest mossy muddy narrow neat nimble noble odd olive orange patient ' +
  'plain playful plucky polite proud purple quick quiet rapid rare restless ripe rosy round royal rusty sandy scarlet secret serene ' +
  'sharp shiny short shy silent silly silver sleepy slow smart smooth snowy soft solar spicy spry square steady stormy sturdy ' +
  'subtle sunny swift tall tame tender thirsty tidy tiny tough tranquil tricky true upbeat velvet violet vivid warm wary wild windy ' +
  'wise witty wooden woolly young zany zesty'
).split(' ');

export const ANIMALS = (
  'alpacas ants apes badgers bats beagles bears beavers bees beetles bisons boars bobcats buffalos camels canaries carps cats ' +
  'cheetahs chickens cobras cod cougars cows coyotes crabs cranes crickets crows cubs deer dingos dogs dolphins donkeys doves ' +
  'dragons ducks eagles eels elks emus falcons ferrets finches foals foxes frogs geckos geese gerbils gibbons goats gophers gulls ' +
  'hamsters hares hawks hedgehogs herons hippos hornets horses hounds hyenas ibexes iguanas impalas jackals jaguars jays kiwis ' +
  'koalas lamas larks lemmings lemurs leopards lions lizards llamas lobsters lynxes macaws magpies mares martens mice minks moles ' +
  'monkeys moose moths mules newts ocelots octopi orcas ospreys ostriches otters owls oxen oysters pandas parrots peacocks pelicans ' +
  'penguins pigeons pikes ponies poodles possums prawns pugs pumas quails rabbits raccoons rams ravens rays robins salmon seals ' +
  'sharks sheep shrews shrimps skunks sloths snails snakes sparrows spiders squids squirrels stags starlings storks swans swifts ' +
  'tapirs termites terriers tigers toads trouts tuna turkeys turtles vipers voles walruses wasps weasels whales wolves wombats ' +
  'worms wrens yaks zebras'
).split(' ');

export const VERBS = (
  'add agree appear argue arrive ask assist attend bake balance bark bathe beam begin behave blink bloom blush boast boil bounce ' +
  'bow brag bring browse build camp care carve chase chat cheer chew chirp clap clean climb cook cough count crawl cross dance dare ' +
  'decide deliver describe dig dine dive divide draw dream dress drift drink drive drum earn eat explain explore fetch fiddle fish ' +
  'float fly fold follow gallop gather gaze giggle glide glow grin grow guess hatch help hide hike hop hover hug hum hunt hurry ' +
  'imagine invent jog join joke juggle jump kick kneel knit laugh lead lean leap learn lift linger listen look march meet mend ' +
  'mingle mix mumble nap nod notice obey offer order pack paddle paint pause peek play ponder pounce practise promise prowl punch ' +
  'push race reach read recall relax repair reply rest return ride ring roam roll row run rush sail scribble search settle shake ' +
  'share shine shout sing sip sit skate sketch ski skip slide smile sneeze snooze snore sparkle speak spin splash sprint stand ' +
  'stare stay stretch stroll study surf swap sway swim swing talk tap taste teach think tickle tiptoe toss trade travel trot try ' +
  'tumble twirl unite visit wait wake walk wander wash watch wave whisper whistle win wink wonder work write yawn yell'
).split(' ');
