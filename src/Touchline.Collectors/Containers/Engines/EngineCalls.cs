using Grpc.Core;
using Grpc.Net.Client;
using Touchline.Fetching;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>gRPC calls over a socket of this machine, messages being bytes. Thread-safe.</summary>
internal sealed class EngineCalls(string socket) : IDisposable
{
    private const int MaxMessageBytes = 32 * 1024 * 1024;

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = UnixHttp.Handler(socket),
        DisposeHttpClient = true,
        MaxReceiveMessageSize = MaxMessageBytes,
    });

    /// <param name="service">With its package.</param>
    /// <param name="method">One that takes and gives one message.</param>
    /// <param name="request">The message.</param>
    /// <param name="containerdNamespace">Whose containers containerd is asked about; empty for services that know none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="EngineAbsentException">There is no such service.</exception>
    /// <exception cref="EngineException">The call failed.</exception>
    public async Task<byte[]> CallAsync(string service, string method, byte[] request, string containerdNamespace, CancellationToken cancellationToken)
    {
        var headers = containerdNamespace.Length > 0 ? new Metadata { { "containerd-namespace", containerdNamespace } } : [];
        try
        {
            using var call = _channel.CreateCallInvoker().AsyncUnaryCall(
                new Method<byte[], byte[]>(MethodType.Unary, service, method, Bytes, Bytes), null, new CallOptions(headers, cancellationToken: cancellationToken), request);
            return await call.ResponseAsync;
        }
        catch (RpcException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            throw new EngineAbsentException(e.Status.Detail, e);
        }
        catch (RpcException e)
        {
            throw new EngineException(e.Status.Detail, e);
        }
    }

    public void Dispose() => _channel.Dispose();
}
