package video

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxPixels is the largest number of pixels of a picture that is decoded, 8192x8192: larger ones
// would need gigabytes.
const maxPixels = 8192 * 8192

// demuxers are ffmpeg's readers of files that hold media themselves. It has others that open what
// a file names (playlists, manifests, image sequences), draw text, or read devices.
const demuxers = "3dostr,4xm,aa,aac,aax,ac3,ace,acm,act,adf,adp,ads,adx,aea,afc,aiff,aix,alp,amr,amrnb,amrwb,anm,apc,ape,apm,apng,aqtitle,argo_asf,argo_brp," +
	"asf,asf_o,ast,au,av1,avi,avr,avs,avs2,avs3,bethsoftvid,bfi,bfstm,bink,binka,bit,bmv,boa,brstm,c93,caf,cavsvideo,cdg,cdxl,cine,codec2,dcstr,derf,dfa,dhav," +
	"dirac,dnxhd,dsf,dsicin,dss,dts,dtshd,dv,dxa,ea,ea_cdata,eac3,epaf,evc,film_cpk,filmstrip,flac,flic,flv,frm,fsb,fwse,g722,g723_1,g726,g726le,g729,gdv,genh,gif," +
	"gsm,gxf,h261,h263,h264,hca,hcom,hevc,hnm,iamf,ico,idcin,idf,iec61883,iff,ifv,ilbc,ingenient,ipmovie,ipu,ircam,iss,iv8,ivf,ivr,jv,kux,kvag,laf,live_flv,lmlm4,loas," +
	"lrc,luodat,lvf,lxf,m4v,matroska,webm,mca,mgsts,mjpeg,mjpeg_2000,mlp,mlv,mm,mmf,mods,moflex,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,mpjpeg," +
	"msf,msnwctcp,msp,mtaf,mtv,musx,mv,mvi,mxf,mxg,nc,nistsphere,nsp,nsv,nut,nuv,obu,ogg,oma,osq,paf,pmp,pp_bnk,psxstr,pva,pvf,qcp,qoa,r3d,rcwt,rka,rl2,rm,roq,rpl,rsd,rso," +
	"s337m,sdns,sdr2,sds,sdx,ser,sga,shn,siff,simbiosis_imx,smjpeg,smk,smush,sol,sox,spdif,svag,svs,swf,tak,thp,tiertexseq,tmv,truehd,tta,txd,ty,usm,vag,vc1,vc1test," +
	"vividas,vivo,vmd,voc,vqf,vvc,w64,wav,wady,wavarc,wc3movie,wsaud,wsd,wsvqa,wtv,wv,wve,xa,xbin,xmd,xmv,xvag,xwma,yop,yuv4mpegpipe," +
	"bmp_pipe,dds_pipe,dpx_pipe,exr_pipe,gem_pipe,gif_pipe,hdr_pipe,j2k_pipe,jpeg_pipe,jpegls_pipe,jpegxl_pipe,jpegxl_anim,pam_pipe,pbm_pipe,pcx_pipe,pfm_pipe,pgm_pipe,pgmyuv_pipe," +
	"pgx_pipe,phm_pipe,photocd_pipe,pictor_pipe,png_pipe,ppm_pipe,psd_pipe,qdraw_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,tiff_pipe,vbn_pipe,webp_pipe,xbm_pipe,xpm_pipe,xwd_pipe"

// inputGuards are the options of ffprobe and ffmpeg, before the input, that keep a file from
// opening others and from claiming gigabytes.
var inputGuards = []string{"-protocol_whitelist", "file,pipe", "-format_whitelist", demuxers, "-max_pixels", fmt.Sprint(maxPixels)}

// notWhitelisted is how ffmpeg refuses a demuxer.
const notWhitelisted = "Format not on whitelist"

// imageMarks are the first bytes of still pictures that ffmpeg reads as sequences, by their names.
var imageMarks = []string{"\xff\xd8\xff", "\x89PNG\r\n", "GIF8", "BM", "II*\x00", "MM\x00*"}

// unlistedError returns the error of a file that no demuxer of the list reads.
func unlistedError(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading %q: %w", path, WithoutPath(err))
	}
	defer f.Close()
	head := make([]byte, 1024)
	n, _ := io.ReadFull(f, head)
	head = bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf"))
	for _, mark := range imageMarks {
		if bytes.HasPrefix(head, []byte(mark)) {
			return fmt.Errorf("reading %q: %w, only a still picture", path, ErrNoPicture)
		}
	}
	what := "a text file or script"
	for _, mark := range []string{"#EXTM3U", "<MPD", "ffconcat", "<?xml", "[playlist]"} {
		if strings.Contains(string(head), mark) {
			what = "a playlist"
		}
	}
	return fmt.Errorf("reading %q: %s: %w", path, what, ErrNotMedia)
}
