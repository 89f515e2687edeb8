// Package face turns a look, a mouth pose and a time into a picture of a talking head.
//
//	Look, size -> NewActor -> Actor.Draw(time in s, speech.Pose) -> (h, w, 3) RGB bytes
//
// It draws in plain Go, without pictures or models of real people.
//
// # Coordinates
//
// Lengths are in millimetres of a life-size face: x to the right of the picture, y
// down, z towards the viewer. The origin is between the eyes. The scale in pixels is
// applied last.
//
// # Drawing
//
// [NewActor] paints what does not change: the wall with the body, and the head as a
// layer of colour and cover. The head is a relief: a rounded base plus about thirty
// bumps (nose, brow ridges, eye sockets, cheekbones, chin, folds). A key light and a
// fill light shade the relief by its slope, with cast shadows and darker hollows. The
// skin gets blotches, pores, freckles or a beard (relief.go, skin.go, hair.go).
//
// [Actor.Draw] draws a frame in three steps:
//
//  1. It warps the head layer onto the scene: the head sways, nods and turns (with
//     parallax from the relief), the chin follows the jaw, and the corners of the
//     mouth and the brows pull the skin along (motion.go, warp.go).
//  2. It paints lips, mouth cavity, teeth and tongue (mouth.go) and the eyes (eyes.go)
//     pixel by pixel from their outlines, with soft edges. Lips are tinted skin, so
//     that the light matches.
//  3. It adds camera noise.
package face
