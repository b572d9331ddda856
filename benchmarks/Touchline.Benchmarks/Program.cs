using Touchline.Benchmarks;
using Touchline.Benchmarks.Host;
using Touchline.Benchmarks.Queries;
using Touchline.Benchmarks.Race;
using Touchline.Benchmarks.Storage;

// Each verb is called by the command of its name under benchmarks/, and prints Markdown. See docs/benchmarks.md.
var arguments = new BenchmarkArguments(args);
var tables = arguments.Verb switch
{
    "parse" => await new ParseRace(arguments).RunAsync(),
    "race" => await new ScrapeRace(arguments).RunAsync(),
    "storage" => await new StorageRace(arguments).RunAsync(),
    "million" => await new MillionSeries(arguments).RunAsync(),
    "hour" => await new SteadyHour(arguments).RunAsync(),
    "restart" => await new RestartRace(arguments).RunAsync(),
    "memory" => await new MemoryRun(arguments).RunAsync(),
    "cancel" => await new CancelRun(arguments).RunAsync(),
    "cardinality" => await new CardinalityRun(arguments).RunAsync(),
    "query" => await new QueryRace(arguments).RunAsync(),
    "scan" => await new ScanRace(arguments).RunAsync(),
    "host" => await new HostRace(arguments).RunAsync(),
    "downsampling" => await new DownsamplingRun(arguments).RunAsync(),
    _ => throw new ArgumentException($"unknown verb {arguments.Verb}"),
};
Console.WriteLine(tables.TrimEnd());
