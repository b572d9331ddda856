using System.CommandLine;
using System.Text.Json;

namespace Touchline.Cli.Query;

/// <summary><c>touchline query instant|range|series|labels|explain</c>: asks a running server over its HTTP API.</summary>
internal static class QueryCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var server = new Option<string>("--server") { Description = "The server to ask.", HelpName = "URL", DefaultValueFactory = _ => "http://localhost:9090", Recursive = true };
        server.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValue(server), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                result.AddError($"--server: \"{result.GetValue(server)}\" is not an http or https URL");
            }
        });
        var json = new Option<bool>("--json") { Description = "Print the answer as the server gave it.", Recursive = true };
        var csv = new Option<bool>("--csv") { Description = "Print the answer as CSV: a column for each label, times in UTC, values in full.", Recursive = true };
        var query = new Command("query", "Ask a running server, this one or any that speaks Prometheus's API.") { server, json, csv };

        var expression = new Argument<string>("EXPR") { Description = "A PromQL expression." };
        var time = TimeOption("--time", "Evaluation time; now where it is not given.");
        var start = TimeOption("--start", "Start; an hour before the end where it is not given.");
        var end = TimeOption("--end", "End; now where it is not given.");
        var step = new Option<string>("--step") { Description = "Step, a duration or seconds; such that there are about 240 where it is not given.", HelpName = "DURATION" };
        var matchers = new Option<string[]>("--match") { Description = "A series selector; can be repeated.", HelpName = "SELECTOR", Required = true };
        var optionalMatchers = new Option<string[]>("--match") { Description = "Only of series that pass this selector; can be repeated.", HelpName = "SELECTOR" };
        var label = new Argument<string>("LABEL") { Description = "The label whose values are listed; all label names without it.", Arity = ArgumentArity.ZeroOrOne };
        var explainTime = TimeOption("--time", "Explain it at one time; over --start to --end where it is not given.");

        Verb("instant", "Evaluate at one time.", [expression, time], parsed => new Question("query")
        {
            ["query"] = parsed.GetValue(expression),
            ["time"] = parsed.GetValue(time),
        }, AnswerText.PrintResult, AnswerCsv.PrintResult);
        Verb("range", "Evaluate over a range of time, and draw what comes out.", [expression, start, end, step],
            parsed => Range(parsed, expression, start, end, step), AnswerText.PrintRange, AnswerCsv.PrintResult);
        Verb("series", "List the series that pass selectors.", [matchers, start, end], parsed => new Question("series")
        {
            ["match[]"] = parsed.GetValue(matchers),
            ["start"] = parsed.GetValue(start),
            ["end"] = parsed.GetValue(end),
        }, AnswerText.PrintSeries, AnswerCsv.PrintSeries);
        Verb("labels", "List label names, or the values of one label.", [label, optionalMatchers, start, end], parsed => new Question(
            parsed.GetValue(label) is { Length: > 0 } name ? $"label/{Uri.EscapeDataString(name)}/values" : "labels")
        {
            ["match[]"] = parsed.GetValue(optionalMatchers),
            ["start"] = parsed.GetValue(start),
            ["end"] = parsed.GetValue(end),
        }, AnswerText.PrintNames, AnswerCsv.PrintNames);
        Verb("explain", "Evaluate, and tell what each part of the expression cost.", [expression, explainTime, start, end, step], parsed =>
        {
            var question = parsed.GetValue(explainTime) is { } at
                ? new Question("query") { ["query"] = parsed.GetValue(expression), ["time"] = at }
                : Range(parsed, expression, start, end, step);
            question["explain"] = "1";
            return question;
        }, PlanText.Print, PlanText.PrintCsv);
        return query;

        void Verb(
            string name, string description, Symbol[] symbols, Func<ParseResult, Question> ask,
            Func<JsonElement, Terminal, bool> print, Func<JsonElement, TextWriter, bool> printCsv)
        {
            var command = new Command(name, description);
            foreach (var symbol in symbols)
            {
                if (symbol is Argument argument)
                {
                    command.Arguments.Add(argument);
                }
                else
                {
                    command.Options.Add((Option)symbol);
                }
            }
            command.Validators.Add(result =>
            {
                if (result.GetValue(json) && result.GetValue(csv))
                {
                    result.AddError("--json and --csv cannot both be given");
                }
            });
            command.SetAction((parsed, cancellationToken) => AskAsync(parsed, ask(parsed), print, printCsv, cancellationToken));
            query.Subcommands.Add(command);
        }

        async Task<int> AskAsync(
            ParseResult parsed, Question question, Func<JsonElement, Terminal, bool> print, Func<JsonElement, TextWriter, bool> printCsv, CancellationToken cancellationToken)
        {
            var client = new ApiClient(parsed.GetValue(server)!, error);
            using var answer = await client.AskAsync(question, cancellationToken);
            if (answer is null)
            {
                return ExitCodes.CouldNotRun;
            }
            if (parsed.GetValue(json))
            {
                output.WriteLine(answer.Text);
            }
            else if (answer.Data is { } data && !(parsed.GetValue(csv) ? printCsv(data, output) : print(data, Terminal.Of(output))))
            {
                error.WriteLine($"touchline: {parsed.GetValue(server)} {(answer.HasResult ? "does not explain queries" : "answered in another shape than Prometheus does")}");
                return ExitCodes.CouldNotRun;
            }
            return answer.IsError ? ExitCodes.Findings : ExitCodes.Fine;
        }
    }

    private static Question Range(ParseResult parsed, Argument<string> expression, Option<string> start, Option<string> end, Option<string> step)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var to = TimeText.ToMilliseconds(parsed.GetValue(end) ?? "now", now);
        var from = TimeText.ToMilliseconds(parsed.GetValue(start) ?? "", now) ?? (to ?? now) - 3_600_000;
        return new Question("query_range")
        {
            ["query"] = parsed.GetValue(expression),
            ["start"] = parsed.GetValue(start) ?? TimeText.Seconds(from),
            ["end"] = parsed.GetValue(end) ?? TimeText.Seconds(now),
            ["step"] = parsed.GetValue(step) ?? TimeText.Step(from, to ?? now),
        };
    }

    private static Option<string> TimeOption(string name, string description)
    {
        var option = new Option<string>(name) { Description = description + " RFC 3339, Unix seconds, or now-1h.", HelpName = "TIME" };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } text && TimeText.ToMilliseconds(text, 0) is null)
            {
                result.AddError($"{name}: \"{text}\" is no time: give RFC 3339, Unix seconds, or one such as now-1h");
            }
        });
        return option;
    }
}
