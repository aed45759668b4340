// Command picture draws the output of the demo, as the README quotes it, as an SVG
// of a terminal.
//
//	picture <README.md >demo.svg
package main

import (
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"os"
	"strings"
)

const (
	left, top     = 16, 28
	lineHeight    = 17
	width         = 900
	first         = "```text\nReplication between two accounts"
	fenceLength   = len("```text\n")
	styleOfResult = "#7ee787"
	styleOfStep   = "#79c0ff"
	styleOfText   = "#c9d1d9"
)

func main() {
	log.SetFlags(0)
	readme, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = draw(os.Stdout, string(readme))
	}
	if err != nil {
		log.Fatal("picture: ", err)
	}
}

func draw(out io.Writer, readme string) error {
	start := strings.Index(readme, first)
	if start < 0 {
		return errors.New("the README does not quote the demo")
	}
	text, _, _ := strings.Cut(readme[start+fenceLength:], "\n```")
	steps, _, _ := strings.Cut(text, "\n\n    step")
	lines := strings.Split("$ make demo\n"+steps, "\n")
	height := 2*top + lineHeight*len(lines)
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13">`+"\n", width, height)
	fmt.Fprintf(out, `<title>Output of make demo</title><rect width="%d" height="%d" rx="8" fill="#0d1117"/>`+"\n", width, height)
	for i, line := range lines {
		fmt.Fprintf(out, `<text x="%d" y="%d" fill="%s" xml:space="preserve">%s</text>`+"\n", left, top+lineHeight*i, colour(line), html.EscapeString(line))
	}
	_, err := fmt.Fprintln(out, "</svg>")
	return err
}

func colour(line string) string {
	switch trimmed := strings.TrimSpace(line); {
	case strings.HasPrefix(trimmed, "=>"):
		return styleOfResult
	case strings.HasPrefix(trimmed, "$"), strings.Contains(line, " s ") && strings.Contains(line, ". "):
		return styleOfStep
	}
	return styleOfText
}
