using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Touchline.Model;
using Touchline.Tsdb.Inspection;

namespace Touchline.Cli;

/// <summary><c>touchline tsdb list [DIR]</c>.</summary>
internal static class ListBlocksCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var directory = TsdbCommand.Directory();
        var json = TsdbCommand.Json("the blocks");
        var command = new Command("list", "List the blocks of a data directory.") { directory, json };
        command.SetAction((parsed, cancellationToken) => VerbRun.OnFilesAsync(
            () => Run(parsed.GetValue(directory)!, parsed.GetValue(json), output), "nothing was changed", error, cancellationToken));
        return command;
    }

    /// <summary>Prints a table of blocks, and below it why some cannot be read.</summary>
    public static void Print(IReadOnlyList<ListedBlock> blocks, TextWriter output)
    {
        var table = new TextTable("BLOCK", "FROM", "TO", "DURATION", "LEVEL", "SERIES", "CHUNKS", "SAMPLES", "BYTES", "BYTES/SAMPLE");
        foreach (var block in blocks.Where(block => block.Problem is null))
        {
            table.Add(
                block.Id, Time(block.MinTimeMs), Time(block.MaxTimeMs), PrometheusDuration.Format(block.MaxTimeMs - block.MinTimeMs), Number(block.CompactionLevel),
                Number(block.Series), Number(block.Chunks), Number(block.Samples), Number(block.Bytes), Ratio(block.Bytes, block.Samples));
        }
        table.Print(output);
        if (blocks.Count == 0)
        {
            output.WriteLine("no blocks: the first is made of what the log holds, some hours after it began");
        }
        foreach (var block in blocks.Where(block => block.Problem is not null))
        {
            output.WriteLine($"{block.Id}: {block.Problem}");
        }
    }

    public static void Write(IReadOnlyList<ListedBlock> blocks, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var block in blocks)
        {
            writer.WriteStartObject();
            writer.WriteString("id", block.Id);
            if (block.Problem is not null)
            {
                writer.WriteString("problem", block.Problem);
            }
            else
            {
                writer.WriteNumber("minTimeMs", block.MinTimeMs);
                writer.WriteNumber("maxTimeMs", block.MaxTimeMs);
                writer.WriteNumber("compactionLevel", block.CompactionLevel);
                writer.WriteNumber("resolutionMs", block.ResolutionMs);
                writer.WriteNumber("series", block.Series);
                writer.WriteNumber("chunks", block.Chunks);
                writer.WriteNumber("samples", block.Samples);
                writer.WriteNumber("bytes", block.Bytes);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Ratio(long bytes, long samples) => samples == 0 ? "-" : ((double)bytes / samples).ToString("F2", CultureInfo.InvariantCulture);

    private static string Time(long ms) => ms < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || ms > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? $"{ms} ms" : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static int Run(string directory, bool json, TextWriter output)
    {
        var blocks = BlockList.Of(directory);
        if (json)
        {
            output.WriteLine(JsonText.Of(writer => Write(blocks, writer)));
        }
        else
        {
            Print(blocks, output);
        }
        return blocks.Any(block => block.Problem is not null) ? ExitCodes.Findings : ExitCodes.Fine;
    }
}
