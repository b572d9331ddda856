using System.Text.Json;
using Touchline.Cli;

namespace Touchline.Tests.Cli;

public sealed class TsdbCommandTests : IDisposable
{
    private const string Text = "# TYPE m gauge\nm{i=\"a\"} 1 1700000000\nm{i=\"a\"} 2 1700000015\nm{i=\"b\"} 3 1700000000\n# EOF\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-tsdb-verbs-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_imported_goes_round_through_blocks_of_Prometheus()
    {
        Assert.Equal(ExitCodes.Fine, (await ImportAsync(Text)).Code);
        var exported = Path.Combine(_folder, "prometheus");
        var export = await RunAsync("tsdb", "export-prometheus", exported, "--storage.tsdb.path", Data, "--json");
        Assert.Equal((ExitCodes.Fine, 3), (export.Code, Number(export.Output, "samples")));
        var again = Path.Combine(_folder, "again");
        var import = await RunAsync("tsdb", "import-prometheus", exported, "--storage.tsdb.path", again, "--json");
        Assert.Equal((ExitCodes.Fine, 3), (import.Code, Number(import.Output, "samples")));
        var repeated = await RunAsync("tsdb", "import-prometheus", exported, "--storage.tsdb.path", again);
        Assert.Equal(ExitCodes.Fine, repeated.Code);
        Assert.Contains("nothing new", repeated.Output);
    }

    [Fact]
    public async Task Selectors_and_times_narrow_an_export()
    {
        await ImportAsync(Text);
        var export = await RunAsync(
            "tsdb", "export-prometheus", Path.Combine(_folder, "out"), "--storage.tsdb.path", Data, "--match", "{i=\"a\"}", "--max-time", "2023-11-14T22:13:20Z", "--json");
        Assert.Equal(1, Number(export.Output, "samples"));
        var wrong = await RunAsync("tsdb", "export-prometheus", Path.Combine(_folder, "out"), "--storage.tsdb.path", Data, "--match", "{i=");
        Assert.Equal(ExitCodes.CouldNotRun, wrong.Code);
        Assert.Contains("--match {i=:", wrong.Error);
        var time = await RunAsync("tsdb", "export-prometheus", Path.Combine(_folder, "out"), "--min-time", "yesterday");
        Assert.Equal(ExitCodes.CouldNotRun, time.Code);
        Assert.Contains("\"yesterday\" is neither a time in RFC 3339", time.Error);
    }

    [Fact]
    public async Task Wrong_line_is_a_finding_and_imports_nothing()
    {
        var (code, _, error) = await ImportAsync("m 1 1700000000\nm x 1700000015\n# EOF\n");
        Assert.Equal(ExitCodes.Findings, code);
        Assert.Contains("samples.txt:2:3: invalid value \"x\"", error);
        Assert.Equal(0, Number((await RunAsync("tsdb", "verify", Data, "--json")).Output, "samples"));
    }

    [Fact]
    public async Task Damage_is_a_finding_of_verify()
    {
        await ImportAsync(Text);
        Assert.Equal(ExitCodes.Fine, (await RunAsync("tsdb", "verify", Data)).Code);
        var chunks = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(Data, "blocks"))), "chunks");
        var bytes = await File.ReadAllBytesAsync(chunks);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(chunks, bytes);
        var (code, output, _) = await RunAsync("tsdb", "verify", Data);
        Assert.Equal(ExitCodes.Findings, code);
        Assert.Contains($"{chunks}: offset ", output);
        Assert.Contains("costs: ", output);
    }

    [Fact]
    public async Task Dumps_write_samples_as_text_and_what_they_write_comes_in_again()
    {
        await ImportAsync(Text);
        Assert.Equal(
            "{__name__=\"m\", i=\"a\"} 1 1700000000000\n{__name__=\"m\", i=\"a\"} 2 1700000015000\n{__name__=\"m\", i=\"b\"} 3 1700000000000\n",
            (await RunAsync("tsdb", "dump", Data)).Output);
        Assert.Equal("{__name__=\"m\", i=\"a\"} 2 1700000015000\n", (await RunAsync("tsdb", "dump", Data, "--match", "{i=\"a\"}", "--min-time", "1700000001")).Output);
        Assert.Equal("{__name__=\"m\", i=\"a\"} 2 1700000015000\n", (await RunAsync("tsdb", "dump", Data, "--min-time", "1700000001000")).Output);
        Assert.Equal(
            "{\"metric\":{\"__name__\":\"m\",\"i\":\"b\"},\"values\":[[1700000000,\"3\"]]}", (await RunAsync("tsdb", "dump", Data, "--match", "m{i=\"b\"}", "--json")).Output.TrimEnd());
        var openMetrics = (await RunAsync("tsdb", "dump-openmetrics", Data)).Output;
        Assert.Equal("m{i=\"a\"} 1 1700000000.000\nm{i=\"a\"} 2 1700000015.000\nm{i=\"b\"} 3 1700000000.000\n# EOF", openMetrics.TrimEnd());
        Directory.Delete(Data, recursive: true);
        var hard = "{\"a.b\",c=\"x\\\"y\\\\z\\nw\",\"d.e\"=\"f\"} 1e+21 1700000000.000\n";
        Assert.Equal(ExitCodes.Fine, (await ImportAsync(hard + openMetrics)).Code);
        Assert.Equal(hard, (await RunAsync("tsdb", "dump-openmetrics", Data, "--match", "{\"a.b\"}")).Output.Replace("# EOF", "", StringComparison.Ordinal).TrimEnd('\n', '\r') + "\n");
        Assert.Equal(4, Number((await RunAsync("tsdb", "verify", Data, "--json")).Output, "samples"));
    }

    [Fact]
    public async Task List_and_analyze_show_what_there_is()
    {
        await ImportAsync(Text);
        var list = await RunAsync("tsdb", "list", Data);
        Assert.Contains("BYTES/SAMPLE", list.Output);
        var analysis = await RunAsync("tsdb", "analyze", Data, "--json");
        Assert.Equal((ExitCodes.Fine, 2, 3), (analysis.Code, Number(analysis.Output, "series"), Number(analysis.Output, "samples")));
        Assert.Contains("LABELS BY VALUES", (await RunAsync("tsdb", "analyze", Data)).Output);
    }

    [Theory]
    [InlineData("import-prometheus")]
    [InlineData("verify")]
    [InlineData("analyze")]
    [InlineData("list")]
    [InlineData("dump")]
    public async Task Directory_that_is_not_there_is_told(string verb)
    {
        var (code, _, error) = await RunAsync("tsdb", verb, Path.Combine(_folder, "nowhere"));
        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains(Path.Combine(_folder, "nowhere"), error);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("analyze")]
    [InlineData("list")]
    [InlineData("dump")]
    [InlineData("dump-openmetrics")]
    public async Task Directory_without_a_sample_has_nothing_to_report_and_one_that_is_something_else_is_refused(string verb)
    {
        Directory.CreateDirectory(Data);
        Assert.Equal(ExitCodes.CouldNotRun, (await RunAsync("tsdb", verb, Data)).Code);
        Assert.Contains("neither blocks nor a log", (await RunAsync("tsdb", verb, Data)).Error);
        Assert.Empty(Directory.GetFileSystemEntries(Data));

        await ImportAsync("# EOF\n");
        var (code, output, error) = await RunAsync("tsdb", verb, Data);
        Assert.Equal((ExitCodes.Fine, ""), (code, error));
        Assert.Contains(verb switch { "verify" => "all is well", "dump" => "", "dump-openmetrics" => "# EOF", _ => "no blocks" }, output);

        await ImportAsync(Text);
        var prometheus = Path.Combine(_folder, "prometheus");
        await RunAsync("tsdb", "export-prometheus", prometheus, "--storage.tsdb.path", Data);
        var before = Directory.GetFileSystemEntries(prometheus, "*", SearchOption.AllDirectories).Order().ToList();
        (code, _, error) = await RunAsync("tsdb", verb, prometheus);
        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains("touchline tsdb import-prometheus " + prometheus, error);
        Assert.Equal(before, Directory.GetFileSystemEntries(prometheus, "*", SearchOption.AllDirectories).Order());

        Directory.Delete(Path.Combine(Data, "blocks"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(Data, "blocks"), "no directory");
        (code, _, error) = await RunAsync("tsdb", verb, Data);
        Assert.Equal(ExitCodes.CouldNotRun, code);
        Assert.Contains(Path.Combine(Data, "blocks") + " is a file, expected a directory", error);
    }

    [Fact]
    public async Task Directory_of_a_running_server_is_looked_at_where_that_changes_nothing_and_refused_otherwise()
    {
        await ImportAsync(Text);
        using var running = Touchline.Tsdb.TsdbStore.Open(
            new Touchline.Tsdb.TsdbOptions { Path = Data, RetentionTimeMs = 0 }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        foreach (var verb in (string[])["verify", "analyze", "list"])
        {
            Assert.Equal((ExitCodes.Fine, ""), await RunAsync("tsdb", verb, Data) is var looked ? (looked.Code, looked.Error) : default);
        }
        var exported = Path.Combine(_folder, "exported");
        foreach (var arguments in (string[][])[["dump", Data], ["dump-openmetrics", Data], ["export-prometheus", exported, "--storage.tsdb.path", Data]])
        {
            var (code, output, error) = await RunAsync(["tsdb", .. arguments]);
            Assert.Equal((ExitCodes.CouldNotRun, ""), (code, output));
            Assert.Contains($"in use by another process (pid {Environment.ProcessId})", error);
            Assert.Contains("/api/v1/admin/tsdb/snapshot", error);
        }
        Assert.False(Directory.Exists(exported));
        var import = await ImportAsync(Text);
        Assert.Equal(ExitCodes.CouldNotRun, import.Code);
        Assert.Contains("stop it, import, and start it again", import.Error);
    }

    [Theory]
    [InlineData("blocks/junk.txt", "is no block", false)]
    [InlineData("blocks/junk/x", "is no block", false)]
    [InlineData("wal/junk.txt", "is no file of the log", false)]
    [InlineData("wal/00000050.wal", "it does not begin as a log file does", true)]
    [InlineData("wal/00000050.checkpoint", "it does not begin as a log file does", true)]
    [InlineData("wal/newest", "it does not begin as", true)]
    [InlineData("block-register", "it does not begin as", true)]
    [InlineData("metric-reads", "it does not begin as", true)]
    [InlineData("prometheus-imports.json", "without it everything would be read again", true)]
    [InlineData("blocks/01HF7YAT00QJ3E5FZB2G7V3N8K/x", "the file is missing", true)]
    public async Task Garbage_is_noted_where_it_is_nobodys_and_found_where_it_stands_in_for_something(string path, string said, bool isFinding)
    {
        await ImportAsync(Text);
        var garbage = Path.Combine(Data, path);
        Directory.CreateDirectory(Path.GetDirectoryName(garbage)!);
        await File.WriteAllBytesAsync(garbage, [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i))]);
        var (code, output, error) = await RunAsync("tsdb", "verify", Data);
        Assert.Equal(isFinding ? ExitCodes.Findings : ExitCodes.Fine, code);
        var place = path.EndsWith("/x", StringComparison.Ordinal) ? Path.GetDirectoryName(garbage)! : garbage;
        Assert.Contains((isFinding ? output : error).Split('\n'), line => line.Contains(place) && line.Contains(said));
        Assert.NotEqual(ExitCodes.CouldNotRun, (await RunAsync("tsdb", "list", Data)).Code);
        Assert.NotEqual(ExitCodes.CouldNotRun, (await RunAsync("tsdb", "analyze", Data)).Code);
        Assert.Contains("{__name__=\"m\", i=\"b\"} 3 1700000000000\n", (await RunAsync("tsdb", "dump", Data)).Output);
    }

    [Fact]
    public async Task Segment_that_is_missing_from_the_middle_of_the_log_is_found()
    {
        for (var run = 0; run < 3; run++)
        {
            // Each start begins a segment.
            using var store = Touchline.Tsdb.TsdbStore.Open(
                new Touchline.Tsdb.TsdbOptions { Path = Data, RetentionTimeMs = 0 }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        }
        Assert.Equal(ExitCodes.Fine, (await RunAsync("tsdb", "verify", Data)).Code);
        File.Delete(Path.Combine(Data, "wal", "00000002.wal"));
        var (code, output, _) = await RunAsync("tsdb", "verify", Data);
        Assert.Equal(ExitCodes.Findings, code);
        Assert.Contains(Path.Combine(Data, "wal", "00000002.wal") + ": the log goes on at segment 3", output);
    }

    [Fact]
    public async Task Time_without_a_date_is_a_wrong_line()
    {
        var (code, _, error) = await ImportAsync("m 1 1700000000\nm 2 1700000000000\n# EOF\n");
        Assert.Equal(ExitCodes.Findings, code);
        Assert.Contains("samples.txt:2:1: timestamp 1700000000000 is in no year up to 9999, expected seconds", error);
    }

    private static int Number(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).GetInt32();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await TouchlineCommand.RunAsync(arguments, TextWriter.Synchronized(output), TextWriter.Synchronized(error));
        return (code, output.ToString(), error.ToString());
    }

    private async Task<(int Code, string Output, string Error)> ImportAsync(string text)
    {
        var path = Path.Combine(_folder, "samples.txt");
        await File.WriteAllTextAsync(path, text);
        return await RunAsync("tsdb", "import", "openmetrics", path, "--storage.tsdb.path", Data);
    }
}
