using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// Credentials for an API server that a program prints, each used until it expires or is refused. The file that names the program is one that whoever
/// runs this process wrote, and the real Prometheus runs it too. Source: "client-go credential plugins" of the Kubernetes documentation. Thread-safe.
/// </summary>
internal sealed class KubernetesCredentialProgram(CredentialProgramConfig config, TimeProvider time)
{
    private const int LongestAnswerBytes = 1 << 20;
    private const int LongestComplaint = 300;

    /// <summary>Programs ask a cloud's servers over the network. Shorter than what a list may take, so that it is said what was slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>How long a program that failed is not run again, however many lists want it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _running = new(1);
    private KubernetesCredentials? _credentials;
    private string? _failure;
    private DateTimeOffset _failedAt;

    /// <summary>The same object as before while its credentials are good.</summary>
    /// <exception cref="FetchException">There are none to be had.</exception>
    public async Task<KubernetesCredentials> CurrentAsync(CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (_credentials is { } known && (known.ExpiresAt is null || known.ExpiresAt > now))
            {
                return known;
            }
            if (_failure is not null && now < _failedAt + Pause)
            {
                throw new FetchException(_failure);
            }
            return _credentials = await AskAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _running.Release();
        }
    }

    /// <summary>The server refused these credentials: others are asked for.</summary>
    public void Forget(KubernetesCredentials refused) => Interlocked.CompareExchange(ref _credentials, null, refused);

    private async Task<KubernetesCredentials> AskAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var process = Start();
            try
            {
                return KubernetesCredentials.Read(await PrintedByAsync(process, either.Token).ConfigureAwait(false), config.ApiVersion);
            }
            finally
            {
                Kill(process);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"it did not end within {Patience.TotalSeconds} s", e);
        }
        catch (FetchException e)
        {
            throw Failed(e.Message, e);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            var hint = config.InstallHint.Length > 0 ? $"; {Cut(config.InstallHint)}" : "";
            throw Failed($"it cannot be run: {e.Message}{hint}", e);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(config.Command, config.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in config.Environment)
        {
            start.Environment[name] = value;
        }
        var cluster = config.Cluster.Length == 0 ? "" : $",\"cluster\":{config.Cluster}";
        start.Environment["KUBERNETES_EXEC_INFO"] =
            $"{{\"kind\":\"ExecCredential\",\"apiVersion\":{JsonSerializer.Serialize(config.ApiVersion)},\"spec\":{{\"interactive\":false{cluster}}}}}";
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static async Task<byte[]> PrintedByAsync(Process process, CancellationToken cancellationToken)
    {
        var complaining = ReadAsync(process.StandardError.BaseStream, cancellationToken);
        var printed = await ReadAsync(process.StandardOutput.BaseStream, cancellationToken).ConfigureAwait(false);
        var complaint = Encoding.UTF8.GetString(await complaining.ConfigureAwait(false)).ReplaceLineEndings(" ").Trim();
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0 ? printed : throw new FetchException($"it failed with exit code {process.ExitCode}: {Cut(complaint)}");
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var text = new BodyBuffer(new BodyBudget(4 * LongestAnswerBytes));
        try
        {
            await text.FillAsync(stream, LongestAnswerBytes, 0, cancellationToken).ConfigureAwait(false);
        }
        catch (FetchException e)
        {
            throw new FetchException($"it printed more than {LongestAnswerBytes >> 20} MiB", e);
        }
        return text.Bytes.ToArray();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }

    private FetchException Failed(string what, Exception e)
    {
        (_failure, _failedAt) = ($"getting credentials: exec: {config.Command}: {what}", time.GetUtcNow());
        return new FetchException(_failure, e);
    }

    private static string Cut(string text) => text.Length <= LongestComplaint ? text : text[..LongestComplaint] + "…";
}
