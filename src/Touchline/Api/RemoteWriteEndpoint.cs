using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Touchline.Options;
using Touchline.RemoteWrite;

namespace Touchline.Api;

/// <summary>
/// <c>POST /api/v1/write</c>, the receiving end of <c>remote_write</c>: negotiates the version, bounds what is held, and answers so that
/// a sender repeats what can still succeed (503) and drops what cannot (4xx).
/// </summary>
internal sealed class RemoteWriteEndpoint(ServerOptions options, RemoteWriteReceiver receiver, RemoteWriteAdmission admission)
{
    public const string Path = "/api/v1/write";

    private const string MediaType = "application/x-protobuf";
    private const string RetryAfterSeconds = "5";

    /// <summary>Bodies that do not say how long they are grow from here.</summary>
    private const int FirstBuffer = 64 * 1024;

    public static void Map(WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<RemoteWriteEndpoint>();
        app.MapMethods(Path, [HttpMethods.Post], endpoint.WriteAsync).WithMetadata(new HandlerName(Path));
    }

    private async Task WriteAsync(HttpContext context)
    {
        if (!options.EnableRemoteWriteReceiver)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "the remote write receiver is off: start Touchline with --web.enable-remote-write-receiver");
            return;
        }
        if (!TryNegotiate(context.Request, out var version, out var problem))
        {
            await AnswerAsync(context, StatusCodes.Status415UnsupportedMediaType, problem);
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = receiver.Options.MaxBodyBytes;
        }
        if (context.Request.ContentLength > receiver.Options.MaxBodyBytes)
        {
            await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, TooLarge());
            return;
        }
        await ReceiveAsync(context, version);
    }

    private async Task ReceiveAsync(HttpContext context, RemoteWriteVersion version)
    {
        var body = new ReceivedBody(admission);
        try
        {
            if (!await TryReadAsync(context, body))
            {
                await AskToRetryAsync(context, "too many bytes are being received at once");
                return;
            }
            if (!await admission.EnterAsync(context.RequestAborted))
            {
                await AskToRetryAsync(context, "too many messages wait to be stored");
                return;
            }
            RemoteWriteResult result;
            try
            {
                result = receiver.Write(body.Bytes, version);
            }
            finally
            {
                admission.Leave();
            }
            await AnswerAsync(context, version, result);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The sender is gone, and sends again what it got no answer to.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        finally
        {
            body.Dispose();
        }
    }

    /// <summary>What the headers say of the message. Those that say nothing mean version 1, as of old.</summary>
    private static bool TryNegotiate(HttpRequest request, out RemoteWriteVersion version, out string problem)
    {
        version = RemoteWriteVersion.One;
        problem = "";
        if (!string.IsNullOrEmpty(request.ContentType))
        {
            if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
            {
                problem = $"content type \"{request.ContentType}\" is not {MediaType}";
                return false;
            }
            var message = type.Parameters.FirstOrDefault(p => p.Name.Equals("proto", StringComparison.OrdinalIgnoreCase))?.GetUnescapedValue().ToString();
            switch (message)
            {
                case null or "prometheus.WriteRequest":
                    break;
                case "io.prometheus.write.v2.Request":
                    version = RemoteWriteVersion.Two;
                    break;
                default:
                    problem = $"message {message} is neither prometheus.WriteRequest nor io.prometheus.write.v2.Request";
                    return false;
            }
        }
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase))
        {
            problem = $"content encoding \"{encoding}\" is not snappy";
            return false;
        }
        return true;
    }

    /// <summary>Reads the whole body. False where other bodies already take the room.</summary>
    private static async ValueTask<bool> TryReadAsync(HttpContext context, ReceivedBody body)
    {
        if (!body.TryGrow((int)(context.Request.ContentLength ?? FirstBuffer)))
        {
            return false;
        }
        while (body.Length != context.Request.ContentLength)
        {
            if (body.Free.IsEmpty && !body.TryGrow(body.Length * 2))
            {
                return false;
            }
            var read = await context.Request.Body.ReadAsync(body.Free, context.RequestAborted);
            if (read == 0)
            {
                break;
            }
            body.Advance(read);
        }
        return true;
    }

    private Task AnswerAsync(HttpContext context, RemoteWriteVersion version, in RemoteWriteResult result)
    {
        if (version == RemoteWriteVersion.Two)
        {
            var headers = context.Response.Headers;
            headers["X-Prometheus-Remote-Write-Samples-Written"] = result.Samples.ToString(CultureInfo.InvariantCulture);
            headers["X-Prometheus-Remote-Write-Histograms-Written"] = result.Histograms.ToString(CultureInfo.InvariantCulture);
            headers["X-Prometheus-Remote-Write-Exemplars-Written"] = result.Exemplars.ToString(CultureInfo.InvariantCulture);
        }
        switch (result.Outcome)
        {
            case RemoteWriteOutcome.Stored:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case RemoteWriteOutcome.TooLarge:
                return AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, result.Reason);
            case RemoteWriteOutcome.Unavailable:
                return AskToRetryAsync(context, result.Reason);
            default:
                return AnswerAsync(context, StatusCodes.Status400BadRequest, result.Reason);
        }
    }

    private static Task AskToRetryAsync(HttpContext context, string reason)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private string TooLarge() => $"a body has at most {receiver.Options.MaxBodyBytes} bytes: let the sender put fewer samples into one";

    /// <summary>A body in a rented buffer whose size is counted against the bytes in flight.</summary>
    private sealed class ReceivedBody(RemoteWriteAdmission admission) : IDisposable
    {
        private byte[] _buffer = [];
        private int _size;
        private long _held;

        public int Length { get; private set; }

        public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

        public Memory<byte> Free => _buffer.AsMemory(Length, _size - Length);

        public void Advance(int read) => Length += read;

        public bool TryGrow(int size)
        {
            if (!admission.TryHold(size - _held))
            {
                return false;
            }
            _held = size;
            var grown = ArrayPool<byte>.Shared.Rent(size);
            Bytes.CopyTo(grown);
            Return();
            (_buffer, _size) = (grown, size);
            return true;
        }

        public void Dispose()
        {
            Return();
            admission.Release(_held);
        }

        private void Return()
        {
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }
        }
    }
}
