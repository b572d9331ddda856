using System.Globalization;
using System.Runtime.InteropServices;
using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.Options;

namespace Touchline.Supervision;

/// <summary>The sample application with its users, as child processes, and the job that scrapes it.</summary>
internal sealed class DemoApplication : IAsyncDisposable
{
    public const string JobName = "football-prediction";

    private const int UsualPort = 8000;
    private const long ScrapeIntervalMs = 5_000;

    private DemoApplication(SupervisedProcess service, SupervisedProcess users, ScrapeConfig job) => (Service, Users, Job) = (service, users, job);

    public SupervisedProcess Service { get; }

    /// <summary>The load generator.</summary>
    public SupervisedProcess Users { get; }

    public ScrapeConfig Job { get; }

    /// <summary>Null where the sample is not beside the executable, which is then logged.</summary>
    public static DemoApplication? TryStart(ServerOptions options, TimeProvider time, ILogger<DemoApplication> logger)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "demo");
        var service = Path.Combine(folder, "FootballPrediction", "FootballPrediction.dll");
        var users = Path.Combine(folder, "FootballPrediction.Load", "FootballPrediction.Load.dll");
        if (!File.Exists(service) || !File.Exists(users))
        {
            logger.LogError("--demo: the sample application is not in {Folder}; it is there when Touchline is built from its sources", folder);
            return null;
        }
        var port = FreePort.NearTo(UsualPort);
        if (port != UsualPort)
        {
            logger.LogWarning("--demo: port {Usual} is taken, so the sample application listens on {Port}", UsualPort, port);
        }
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var data = Path.Combine(ServerState.DataPath(options), "demo");
        Directory.CreateDirectory(data);
        var environment = new Dictionary<string, string>();
        if (options.DemoFaults.Length > 0)
        {
            environment["FAULTS"] = options.DemoFaults;
        }
        return new DemoApplication(
            new SupervisedProcess(JobName, Command(service, ["--urls", $"http://{address}", "--data", data], environment), time, logger),
            new SupervisedProcess($"{JobName}-users", Command(users, ["--target", $"http://{address}"], environment), time, logger),
            new ScrapeConfig
            {
                JobName = JobName,
                ScrapeIntervalMs = ScrapeIntervalMs,
                ScrapeTimeoutMs = ScrapeIntervalMs,
                StaticConfigs = [new StaticConfig([address], Labels.Empty)],
            });
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(Users.DisposeAsync().AsTask(), Service.DisposeAsync().AsTask());

    private static ProcessCommand Command(string assembly, IReadOnlyList<string> arguments, Dictionary<string, string> environment) =>
        new(DotnetPath(), [assembly, .. arguments], Path.GetDirectoryName(assembly)!, environment);

    /// <summary>The host of the runtime that this process runs on; the one on the path where this process brings its own runtime.</summary>
    private static string DotnetPath()
    {
        // …/dotnet/shared/Microsoft.NETCore.App/10.0.0/
        var runtime = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd(Path.DirectorySeparatorChar);
        var host = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
