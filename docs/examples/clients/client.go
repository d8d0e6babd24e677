// A client in Go, over the package that oapi-codegen makes of Hermes' API document: see docs/clients.md.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"example.com/client/hermes"
)

var (
	ctx    = context.Background()
	client = must(hermes.NewClientWithResponses(os.Getenv("HERMES_URL"), hermes.WithRequestEditorFn(authorized)))
)

func authorized(_ context.Context, request *http.Request) error {
	request.Header.Set("Authorization", "Bearer "+os.Getenv("HERMES_TOKEN"))
	return nil
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// body is that of an answer, which is nil where the request was refused: then raw says why.
func body[T any](answer *T, raw []byte) T {
	if answer == nil {
		log.Fatalf("refused: %s", raw)
	}
	return *answer
}

func text(value string) *string { return &value }

func typeNamed(name string) (given hermes.TypeGiven) {
	check(given.FromTypeName(name))
	return
}

func typePair(category, state string) (given hermes.TypeGiven) {
	check(given.FromTypePair(hermes.TypePair{Category: category, State: state}))
	return
}

func main() {
	define()
	position := report()
	labors(position)
	quest()
	refusals()
}

func define() {
	var types hermes.DefineEventTypesRequest
	check(types.FromEventTypeRequests(hermes.EventTypeRequests{
		{Category: "disk", State: "full"}, {Category: "disk", State: "cleaned"},
	}))
	typesAnswer := must(client.DefineEventTypesWithResponse(ctx, nil, types))
	var names []string
	for _, each := range must(body(typesAnswer.JSON201, typesAnswer.Body).AsEventTypes()) {
		names = append(names, each.Name)
	}
	fmt.Println("event types:", strings.Join(names, ", "))

	var fates hermes.DefineFatesRequest
	check(fates.FromFateRequest(hermes.FateRequest{
		Creates: typeNamed("disk-full"), CompletedBy: typePair("disk", "cleaned"),
	}))
	fatesAnswer := must(client.DefineFatesWithResponse(ctx, nil, fates))
	fate := must(body(fatesAnswer.JSON201, fatesAnswer.Body).AsFate())
	fmt.Printf("fate %d: %s until %s\n", fate.Id, fate.Creates, fate.CompletedBy)
}

// logged sends events; where all were repeats the answer is a 200, else a 201.
func logged(request hermes.LogEventsRequest) (hermes.LoggedEvents, string) {
	answer := must(client.LogEventsWithResponse(ctx, nil, request))
	reported := answer.JSON201
	if reported == nil {
		reported = answer.JSON200
	}
	events := must(body(reported, answer.Body).AsLoggedEvents())
	var ids []string
	for _, event := range events.Events {
		ids = append(ids, event.Id)
	}
	return events, strings.Join(ids, ", ")
}

// report logs events of three hosts, and answers the position at which they are visible.
func report() hermes.Position {
	attributes := hermes.AttributesGiven{}
	var disk, percent, urgent hermes.AttributeValueGiven
	check(disk.FromAttributeText("/var"))
	check(percent.FromNumberValue(97))
	check(urgent.FromBooleanValue(true))
	attributes["disk"], attributes["percent"], attributes["urgent"] = disk, percent, urgent
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

	var one, two, again hermes.LogEventsRequest
	check(one.FromEventRequest(hermes.EventRequest{
		Host: "web-1.example.com", Type: typePair("disk", "full"), At: &at, Attributes: &attributes,
	}))
	events, ids := logged(one)
	fmt.Printf("logged %s: accepted %d\n", ids, events.Accepted)

	check(two.FromEventRequests(hermes.EventRequests{
		{Host: "web-2.example.com", Type: typeNamed("disk-full"), Key: text("disk-full-1")},
		{Host: "web-3.example.com", Type: typeNamed("disk-full"), Key: text("disk-full-1")},
	}))
	events, ids = logged(two)
	fmt.Printf("logged %s: accepted %d\n", ids, events.Accepted)

	check(again.FromEventRequest(hermes.EventRequest{
		Host: "web-2.example.com", Type: typeNamed("disk-full"), Key: text("disk-full-1"), Note: text("still full"),
	}))
	events, ids = logged(again)
	var differs []string
	for _, field := range *events.Events[0].Differs {
		differs = append(differs, string(field))
	}
	fmt.Printf("repeated %s: duplicates %d, differs in %s\n", ids, events.Duplicates, strings.Join(differs, ", "))

	params := &hermes.GetEventParams{HermesMinPosition: &events.Position}
	answer := must(client.GetEventWithResponse(ctx, "web-1.example.com~0", params))
	event := body(answer.JSON200, answer.Body)
	fmt.Printf("%s happened at %s\n", event.Id, event.At.Format(time.RFC3339))
	return events.Position
}

func labors(position hermes.Position) {
	hosts := []string{"web-1.example.com", "web-2.example.com", "web-3.example.com"}
	limit, count := 2, true
	params := &hermes.ListLaborsParams{
		State: &[]hermes.LaborState{hermes.LaborStateOpen}, Host: &hosts, Limit: &limit,
		Count: &count, HermesMinPosition: &position,
	}
	answer := must(client.ListLaborsWithResponse(ctx, params))
	page := body(answer.JSON200, answer.Body)
	params.Cursor = page.Next
	answer = must(client.ListLaborsWithResponse(ctx, params))
	next := body(answer.JSON200, answer.Body)
	fmt.Printf("open labors: %d of %d, then %d\n", len(page.Items), *page.Total, len(next.Items))

	ack := hermes.AckRequest{Note: text("on it")}
	acked := must(client.AcknowledgeLaborWithResponse(ctx, "web-1.example.com~0", nil, ack))
	_ = body(acked.JSON200, acked.Body)
	fmt.Println("acknowledged web-1.example.com~0")

	var waive hermes.WaiveLaborsJSONRequestBody
	check(waive.FromWaiveManyRequest(hermes.WaiveManyRequest{
		Labors: []string{"web-2.example.com~0", "web-9.example.com~0"}, Reason: "replaced",
	}))
	waived := must(client.WaiveLaborsWithResponse(ctx, nil, waive))
	answered := body(waived.JSON200, waived.Body)
	for _, result := range must(answered.AsLaborResults()).Results {
		if refused := must(result.AsLaborRefused()); refused.Code != "" {
			fmt.Printf("not waived %s: %s\n", refused.Id, refused.Code)
		} else {
			fmt.Printf("waived %s\n", refused.Id)
		}
	}
}

func quest() {
	var ticket hermes.ReferenceGiven
	check(ticket.FromReferenceByKey(hermes.ReferenceByKey{Label: text("Jira"), Key: "OPS-7"}))
	target := time.Date(2100, 1, 31, 12, 0, 0, 0, time.UTC)
	params := &hermes.EmbarkQuestParams{IdempotencyKey: text("clean-the-disks")}
	answer := must(client.EmbarkQuestWithResponse(ctx, params, hermes.QuestRequest{
		Type: typeNamed("disk-full"), Hosts: &[]hermes.HostGiven{"web-4.example.com", "web-5.example.com"},
		Description: "Clean the disks", Target: &target, References: &[]hermes.ReferenceGiven{ticket},
	}))
	embarked := body(answer.JSON201, answer.Body)

	fresh := &hermes.GetQuestParams{HermesMinPosition: &embarked.Position}
	shown := must(client.GetQuestWithResponse(ctx, embarked.Id, fresh))
	quest := body(shown.JSON200, shown.Body)
	due, all := quest.Target.Format(time.RFC3339), quest.Progress.Labors
	fmt.Printf("quest %d has %d hosts, due %s: %d of %d labors done\n",
		quest.Id, embarked.Hosts, due, all-quest.Progress.Open, all)
}

func refusals() {
	answer := must(client.EmbarkQuestWithResponse(ctx, nil, hermes.QuestRequest{
		Type: typeNamed("disk-full"), Hosts: &[]hermes.HostGiven{"-"}, Description: "none",
	}))
	problem := body(answer.ApplicationproblemJSON422, answer.Body)
	var paths []string
	for _, fault := range *problem.Errors {
		paths = append(paths, fault.Path)
	}
	fmt.Printf("%d %s: %s\n", problem.Status, problem.Code, strings.Join(paths, ", "))

	unknown := must(client.GetLaborWithResponse(ctx, "web-9.example.com~0", nil))
	problem = body(unknown.ApplicationproblemJSON404, unknown.Body)
	fmt.Printf("%d %s\n", problem.Status, problem.Code)
}
