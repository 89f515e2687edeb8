// Package face draws a talking head, frame by frame: a look, a mouth pose and a
// time in, RGB bytes out. It draws in plain Go, with neither pictures nor
// models of real people.
//
// # How
//
// Everything is measured in millimetres of a life-size face, x to the picture's
// right, y down, z towards the viewer, the origin between the eyes; picture
// scale enters last.
//
// What keeps its looks is painted once ([NewActor]): the background with the
// body, and the head as a layer of colour and cover. The head is a relief, the
// sum of a rounded base and some thirty bumps (nose, brow ridges, sockets,
// cheekbones, chin, folds), lit from its slope by a key and a fill light, with
// cast shadows and darkened hollows; skin has blotches, pores, freckles or
// stubble over it (relief.go, skin.go, hair.go).
//
// A frame ([Actor.Draw]) then takes three steps:
//
//  1. The head layer is warped onto the background: sway, nod and turn (with
//     parallax from the relief), the chin going down with the jaw, corners of
//     the mouth and brows shifting skin (motion.go, warp.go).
//  2. Lips, mouth cavity, teeth, tongue (mouth.go) and the eyes (eyes.go) are
//     painted over it pixel by pixel from their outlines, with soft edges and
//     tinted skin, so that they share its light.
//  3. Camera noise is added.
package face
