using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Touchline.Model;

namespace Touchline.Cli;

/// <summary><c>touchline query instant|range|series|labels</c>: asks a running server over its HTTP API.</summary>
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
        var query = new Command("query", "Ask a running server, this one or any that speaks Prometheus's API.") { server, json };

        var expression = new Argument<string>("EXPR") { Description = "A PromQL expression." };
        var time = new Option<string>("--time") { Description = "Evaluation time, RFC 3339 or Unix seconds; now where it is not given.", HelpName = "TIME" };
        var instant = new Command("instant", "Evaluate at one time.") { expression, time };
        instant.SetAction((parsed, cancellationToken) => AskAsync(
            new Question(parsed.GetValue(server)!, "query", [("query", parsed.GetValue(expression)), ("time", parsed.GetValue(time))]),
            parsed.GetValue(json), output, error, cancellationToken));

        var start = new Option<string>("--start") { Description = "Start, RFC 3339 or Unix seconds; an hour ago where it is not given.", HelpName = "TIME" };
        var end = new Option<string>("--end") { Description = "End, RFC 3339 or Unix seconds; now where it is not given.", HelpName = "TIME" };
        var step = new Option<string>("--step") { Description = "Step, a duration or seconds.", HelpName = "DURATION", DefaultValueFactory = _ => "15s" };
        var range = new Command("range", "Evaluate over a range of time.") { expression, start, end, step };
        range.SetAction((parsed, cancellationToken) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            return AskAsync(
                new Question(parsed.GetValue(server)!, "query_range",
                [
                    ("query", parsed.GetValue(expression)),
                    ("start", parsed.GetValue(start) ?? Seconds(now.AddHours(-1))),
                    ("end", parsed.GetValue(end) ?? Seconds(now)),
                    ("step", parsed.GetValue(step)),
                ]),
                parsed.GetValue(json), output, error, cancellationToken);
        });

        var matchers = new Option<string[]>("--match") { Description = "A series selector; can be repeated.", HelpName = "SELECTOR", Required = true };
        var series = new Command("series", "List the series that pass selectors.") { matchers, start, end };
        series.SetAction((parsed, cancellationToken) => AskAsync(
            new Question(parsed.GetValue(server)!, "series", [.. Matches(parsed.GetValue(matchers)), ("start", parsed.GetValue(start)), ("end", parsed.GetValue(end))]),
            parsed.GetValue(json), output, error, cancellationToken));

        var name = new Argument<string>("LABEL") { Description = "The label whose values are listed; all label names without it.", Arity = ArgumentArity.ZeroOrOne };
        var optionalMatchers = new Option<string[]>("--match") { Description = "Only of series that pass this selector; can be repeated.", HelpName = "SELECTOR" };
        var labels = new Command("labels", "List label names, or the values of one label.") { name, optionalMatchers, start, end };
        labels.SetAction((parsed, cancellationToken) => AskAsync(
            new Question(
                parsed.GetValue(server)!,
                parsed.GetValue(name) is { Length: > 0 } label ? $"label/{Uri.EscapeDataString(label)}/values" : "labels",
                [.. Matches(parsed.GetValue(optionalMatchers)), ("start", parsed.GetValue(start)), ("end", parsed.GetValue(end))]),
            parsed.GetValue(json), output, error, cancellationToken));

        query.Subcommands.Add(instant);
        query.Subcommands.Add(range);
        query.Subcommands.Add(series);
        query.Subcommands.Add(labels);
        return query;
    }

    private static IEnumerable<(string, string?)> Matches(string[]? selectors) => (selectors ?? []).Select(s => ("match[]", (string?)s));

    private static string Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);

    private static async Task<int> AskAsync(Question question, bool json, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(3) };
            using var response = await client.GetAsync(question.Url, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            using var answer = JsonDocument.Parse(body);
            if (json)
            {
                output.WriteLine(Encoding.UTF8.GetString(body));
            }
            else if (answer.RootElement.TryGetProperty("data", out var data))
            {
                Print(data, output);
            }
            foreach (var level in new[] { "warnings", "infos" })
            {
                if (answer.RootElement.TryGetProperty(level, out var notes))
                {
                    foreach (var note in notes.EnumerateArray())
                    {
                        error.WriteLine($"touchline: {note.GetString()}");
                    }
                }
            }
            if (response.IsSuccessStatusCode)
            {
                return ExitCodes.Fine;
            }
            var message = answer.RootElement.TryGetProperty("error", out var text) ? text.GetString() : null;
            error.WriteLine($"touchline: {message ?? $"the server answered {(int)response.StatusCode}"}");
            return ExitCodes.Findings;
        }
        catch (HttpRequestException e)
        {
            error.WriteLine($"touchline: cannot ask {question.Server}: {e.Message}");
            return ExitCodes.CouldNotRun;
        }
        catch (JsonException)
        {
            error.WriteLine($"touchline: {question.Server} did not answer in JSON; is it a server that speaks Prometheus's API?");
            return ExitCodes.CouldNotRun;
        }
    }

    private static void Print(JsonElement data, TextWriter output)
    {
        if (data.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in data.EnumerateArray())
            {
                output.WriteLine(item.ValueKind == JsonValueKind.Object ? Series(item) : item.GetString());
            }
            return;
        }
        var result = data.GetProperty("result");
        switch (data.GetProperty("resultType").GetString())
        {
            case "scalar" or "string":
                output.WriteLine(Point(result));
                break;
            case "vector":
                foreach (var item in result.EnumerateArray())
                {
                    var point = item.TryGetProperty("value", out var value) ? value : item.GetProperty("histogram");
                    output.WriteLine($"{Series(item.GetProperty("metric"))} => {Point(point)}");
                }
                break;
            default:
                foreach (var item in result.EnumerateArray())
                {
                    output.WriteLine($"{Series(item.GetProperty("metric"))} =>");
                    foreach (var column in new[] { "values", "histograms" })
                    {
                        if (item.TryGetProperty(column, out var points))
                        {
                            foreach (var point in points.EnumerateArray())
                            {
                                output.WriteLine($"  {Point(point)}");
                            }
                        }
                    }
                }
                break;
        }
    }

    private static string Series(JsonElement metric) =>
        Labels.Of([.. metric.EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString() ?? ""))]).ToString();

    private static string Point(JsonElement point)
    {
        var value = point[1].ValueKind == JsonValueKind.String ? point[1].GetString() : point[1].GetRawText();
        return $"{value} @[{point[0].GetRawText()}]";
    }

    private sealed record Question(string Server, string Endpoint, IReadOnlyList<(string Name, string? Value)> Parameters)
    {
        public Uri Url
        {
            get
            {
                var query = string.Join('&', Parameters.Where(p => p.Value is not null).Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value!)}"));
                return new Uri($"{Server.TrimEnd('/')}/api/v1/{Endpoint}?{query}");
            }
        }
    }
}
