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
