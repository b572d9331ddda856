using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Touchline.Scraping.Families;
using Touchline.Scraping.Linting;

namespace Touchline.Cli;

/// <summary>
/// <c>touchline check metrics [FILE|URL]</c>: lints an exposition as <c>promtool check metrics</c> does; with <c>--extended</c> tells which metrics
/// have the most series, and finds labels that make too many.
/// </summary>
internal sealed class CheckMetricsCommand(TextWriter output, TextWriter error, Func<Stream> standardInput)
{
    private const string StandardInput = "-";

    /// <summary>Far more than an exposition has, and little enough to hold.</summary>
    private const int MostBytes = 256 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create(TextWriter output, TextWriter error, Func<Stream>? standardInput = null)
    {
        var source = new Argument<string>("FILE|URL")
        {
            Description = "Metrics in the Prometheus text format; standard input where it is - or left out.",
            DefaultValueFactory = _ => StandardInput,
            Arity = ArgumentArity.ZeroOrOne,
        };
        var extended = new Option<bool>("--extended") { Description = "Tell how many series each metric has, and find labels that make too many." };
        var json = new Option<bool>("--json") { Description = "Print findings as JSON." };
        var command = new Command("metrics", "Check metrics as promtool does: names, types, units, help.") { source, extended, json };
        var run = new CheckMetricsCommand(output, error, standardInput ?? Console.OpenStandardInput);
        command.SetAction((parsed, cancellationToken) => run.RunAsync(parsed.GetValue(source)!, parsed.GetValue(extended), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string source, bool extended, bool json, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            body = await ReadAsync(source, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or OperationCanceledException or InvalidDataException)
        {
            await error.WriteLineAsync($"touchline: {source}: {(e is OperationCanceledException ? "no answer in time" : e.Message)}");
            return ExitCodes.CouldNotRun;
        }
        IReadOnlyList<MetricFamily> families = [];
        var malformed = "";
        try
        {
            families = FamilyTextParser.Parse(body);
        }
        catch (FamilyTextException e)
        {
            malformed = $"error while linting: {e.Message}";
        }
        List<MetricFinding> findings = [.. MetricLint.Check(families), .. extended ? CardinalityLint.Check(families) : []];
        var sizes = extended && malformed.Length == 0 ? FamilySize.Of(families) : null;
        if (json)
        {
            await output.WriteLineAsync(Json(source, malformed, findings, sizes));
        }
        else
        {
            await PrintAsync(malformed, findings, sizes);
        }
        return malformed.Length > 0 || findings.Count > 0 ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private async Task<byte[]> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (!source.StartsWith("http://", StringComparison.Ordinal) && !source.StartsWith("https://", StringComparison.Ordinal))
        {
            await using var file = source == StandardInput ? standardInput() : File.OpenRead(source);
            return await ReadAsync(file, cancellationToken);
        }
        using var client = new HttpClient { Timeout = Patience };
        // OpenMetrics has other rules for names.
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("text/plain;version=0.0.4"));
        using var response = await client.GetAsync(new Uri(source), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await ReadAsync(body, cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var held = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            held.Write(buffer, 0, read);
            if (held.Length > MostBytes)
            {
                throw new InvalidDataException($"more than {MostBytes} bytes are not read");
            }
        }
        return held.ToArray();
    }

    private async Task PrintAsync(string malformed, List<MetricFinding> findings, IReadOnlyList<FamilySize>? sizes)
    {
        if (malformed.Length > 0)
        {
            await output.WriteLineAsync(malformed);
        }
        foreach (var finding in findings)
        {
            await output.WriteLineAsync($"{finding.Metric} {finding.Text}");
        }
        if (sizes is not null)
        {
            await output.WriteAsync(Table(sizes));
        }
    }

    /// <summary>Columns with four blanks behind the longest cell, as promtool prints them.</summary>
    private static string Table(IReadOnlyList<FamilySize> sizes)
    {
        List<string[]> rows = [["Metric", "Cardinality", "Percentage"]];
        rows.AddRange(sizes.Select(size => new[]
        {
            size.Metric, size.Cardinality.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{size.Part * 100:F2}%"),
        }));
        rows.Add(["Total", sizes.Sum(size => size.Cardinality).ToString(CultureInfo.InvariantCulture), "100%"]);
        int[] widths = [.. Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length) + 4)];
        return string.Concat(rows.Select(row => string.Concat(row.Select((cell, column) => cell.PadRight(widths[column]))) + "\n"));
    }

    private static string Json(string source, string malformed, List<MetricFinding> findings, IReadOnlyList<FamilySize>? sizes) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("source", source);
        if (malformed.Length > 0)
        {
            json.WriteString("error", malformed);
        }
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("metric", finding.Metric);
            json.WriteString("message", finding.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (sizes is not null)
        {
            WriteSizes(json, sizes);
        }
        json.WriteEndObject();
    });

    private static void WriteSizes(Utf8JsonWriter json, IReadOnlyList<FamilySize> sizes)
    {
        json.WriteStartArray("cardinality");
        foreach (var size in sizes)
        {
            json.WriteStartObject();
            json.WriteString("metric", size.Metric);
            json.WriteNumber("series", size.Cardinality);
            json.WriteNumber("part", size.Part);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
