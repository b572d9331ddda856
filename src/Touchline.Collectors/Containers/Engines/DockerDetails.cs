using System.Text.Json;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>What Docker's engine says when it is asked about one container, and what is remembered of its former ends.</summary>
internal sealed class DockerDetails
{
    private DateTimeOffset? _linesOf;

    /// <summary>Something happened to it since it was asked about.</summary>
    public bool IsStale { get; set; }

    /// <summary>The state that the list gave when it was asked about.</summary>
    public string ListedState { get; private set; } = "";

    public string Image { get; private set; } = "";

    public long Restarts { get; private set; }

    public int? LastExitCode { get; private set; }

    public bool IsOomKilled { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public int Health { get; private set; } = -1;

    public IReadOnlyList<string> LastLines { get; set; } = [];

    /// <summary>It has ended badly since its last lines were read.</summary>
    public bool WantsLines { get; set; }

    /// <summary>The exit code that an event told of, which holds until the container has ended again.</summary>
    public int? ExitCodeOfEvent { get; set; }

    /// <summary>An event told that it ran out of memory.</summary>
    public bool WasOutOfMemory { get; set; }

    /// <summary>Where the container's own changes to its image are; empty where the engine does not say.</summary>
    public string WritableLayer { get; private set; } = "";

    /// <summary>Where the engine keeps what belongs to the container, as its log; empty where it does not say.</summary>
    public string OwnFolder { get; private set; } = "";

    /// <summary>The variables that become labels, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; private set; } = [];

    public void Read(JsonElement answer, string listedState, EnvironmentChoice environment)
    {
        var state = answer.Part("State");
        ListedState = listedState;
        IsStale = false;
        Image = answer.Part("Config").Text("Image") is { Length: > 0 } image ? image : Image;
        WritableLayer = Absolute(answer.Part("GraphDriver").Part("Data").Text("UpperDir"));
        OwnFolder = FolderOf(answer.Text("Id"), answer.Text("HostsPath"));
        Environment = environment.Of(OciSpecification.Texts(answer.Part("Config").Part("Env")), inLowerCase: true);
        Restarts = Math.Max(0, answer.Number("RestartCount"));
        StartedAt = state.Time("StartedAt");
        FinishedAt = state.Time("FinishedAt");
        Health = state.Part("Health").Text("Status") switch
        {
            "healthy" => 1,
            "starting" or "unhealthy" => 0,
            _ => -1,
        };
        ReadEnd(state, runs: listedState is "running" or "paused");
        if (FinishedAt is { } finished && finished != _linesOf && (LastExitCode is not (null or 0) || IsOomKilled || listedState is "restarting" or "dead"))
        {
            _linesOf = finished;
            WantsLines = true;
        }
    }

    private static string Absolute(string path) => path.StartsWith('/') ? path : "";

    /// <summary>The folder that bears the container's id, which Docker keeps its files in: of another engine it may be one that others share.</summary>
    private static string FolderOf(string id, string file) =>
        id.Length > 0 && Path.GetDirectoryName(Absolute(file)) is { } folder && Path.GetFileName(folder) == id ? folder : "";

    /// <summary>While a container runs the engine says 0, also of one that ended with 1 and was started again.</summary>
    private void ReadEnd(JsonElement state, bool runs)
    {
        if (ExitCodeOfEvent is { } told)
        {
            LastExitCode = told;
            IsOomKilled = WasOutOfMemory;
        }
        if (!runs && FinishedAt is not null)
        {
            LastExitCode = (int)Math.Clamp(state.Number("ExitCode"), int.MinValue, int.MaxValue);
            IsOomKilled = state.Part("OOMKilled").ValueKind == JsonValueKind.True;
        }
        else if (state.Part("OOMKilled").ValueKind == JsonValueKind.True)
        {
            IsOomKilled = true;
        }
        (ExitCodeOfEvent, WasOutOfMemory) = (null, false);
    }
}
